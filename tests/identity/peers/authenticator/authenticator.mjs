// An outside authenticator with its browser (nid-webauthn-emulator): does what it is told on stdin, a line of JSON each.
import readline from 'node:readline'
import { AuthenticatorEmulator, PasskeysCredentialsMemoryRepository, WebAuthnEmulator } from 'nid-webauthn-emulator'

const devices = new Map()
const device = name => {
  if (!devices.has(name)) {
    // Of its own: unless told otherwise all of them share one place for credentials.
    const credentialsRepository = new PasskeysCredentialsMemoryRepository()
    devices.set(name, new WebAuthnEmulator(new AuthenticatorEmulator({ credentialsRepository })))
  }
  return devices.get(name)
}
const DOES = {
  make: ({ name, origin, options }) => device(name).createJSON(origin, options),
  answer: ({ name, origin, options }) => device(name).getJSON(origin, options),
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const told = JSON.parse(line)
  let said
  try {
    said = DOES[told.do](told)
  } catch (error) {
    said = { failed: String(error.stack ?? error) }
  }
  console.log(JSON.stringify(said))
}
