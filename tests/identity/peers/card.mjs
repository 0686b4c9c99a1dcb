// Puts Amira's identity card into a wallet's file, as the outside issuer would issue it now, and serves the status list that it
// names until it is ended. Prints a line of JSON when it is ready.
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

const [folder, pki, file, port] = process.argv.slice(2)
const { issueAll, serveStatusLists } = await import(path.join(folder, 'issuer.mjs'))
const keys = await import(path.join(folder, 'lib', 'keys.mjs'))
const { SDJwtVcInstance } = createRequire(path.join(folder, 'package.json'))('@sd-jwt/sd-jwt-vc')

const DAY = 24 * 3600
const TYPE = 'urn:eudi:pid:de:1'
const VALID = 5 // its place in the status list
const AMIRA = {
  family_name: 'YILMAZ',
  given_name: 'AMIRA',
  birthdate: '1988-05-24',
  birth_name: 'YILMAZ',
  place_of_birth: { locality: 'NÜRNBERG' },
  nationalities: ['DE'],
  address: { street_address: 'BAHNHOFSTRAẞE 12', postal_code: '91781', locality: 'WEISSENBURG I. BAY.', country: 'DE' },
  age_equal_or_over: { 18: true, 65: false },
  source_document_type: 'ID',
  issuing_authority: 'DE',
  issuing_country: 'DE',
}

/** Every leaf and every container behind a disclosure of its own, as the German PID has them. */
function frame(value) {
  const hidden = { _sd: Array.isArray(value) ? value.map((_, place) => place) : Object.keys(value) }
  for (const [name, member] of Object.entries(value)) {
    if (typeof member === 'object' && !Array.isArray(value)) hidden[name] = frame(member)
  }
  return hidden
}

async function card(statusBase) {
  const certificates = new keys.Pki(pki)
  const key = certificates.key('pid_ds')
  const holder = keys.newEcKey()
  const instance = new SDJwtVcInstance({
    signer: keys.es256Signer(key),
    signAlg: 'ES256',
    hasher: keys.sdJwtHasher,
    hashAlg: 'sha-256',
    saltGenerator: () => keys.randomToken(16),
  })
  const payload = {
    vct: TYPE,
    iss: 'https://pid.example',
    iat: keys.now() - 3600,
    exp: keys.now() + 14 * DAY,
    cnf: { jwk: keys.publicJwk(holder) },
    status: { status_list: { uri: `${statusBase}/pid`, idx: VALID } },
    ...AMIRA,
  }
  const header = { typ: 'dc+sd-jwt', x5c: certificates.x5c('pid_ds') }
  const value = await instance.issue(payload, frame(AMIRA), { header })
  return { format: 'dc+sd-jwt', type: TYPE, holder: keys.privateJwk(holder), value }
}

const statusBase = `https://localhost:${port}/status`
const { statusLists } = await issueAll(pki, { statusBase })
await serveStatusLists(statusLists, Number(port), {
  cert: path.join(pki, 'tls.crt'),
  key: path.join(pki, 'tls.key'),
})
const wallet = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : { credentials: {} }
wallet.credentials.card = await card(statusBase)
fs.writeFileSync(file, JSON.stringify(wallet, null, 1), { mode: 0o600 })
console.log(JSON.stringify({ ready: true }))
