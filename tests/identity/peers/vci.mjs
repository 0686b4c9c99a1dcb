// Lets the outside wallet receive what it is told on stdin, a line of JSON each; prints a line of JSON for each answer.
import fs from 'node:fs'
import path from 'node:path'
import readline from 'node:readline'

const [folder, file, root, rogue] = process.argv.slice(2)
const { addToWallet, receive, verify, VCI_TWEAKS } = await import(path.join(folder, 'vci.mjs'))
const { loadAnchors } = await import(path.join(folder, 'lib', 'keys.mjs'))

const anchors = loadAnchors([root])
const others = loadAnchors([rogue])
const DOES = {
  tweaks: () => Object.entries(VCI_TWEAKS).map(([name, { says, spec }]) => ({ name, says, spec })),
  receive: async ({ uri, name, options }) => {
    const said = await receive(uri, { ...options, anchors })
    if (said.credentials && name) addToWallet(file, name, said.credentials)
    const shown = said.credentials?.map(({ holder, ...rest }) => ({ ...rest, key: holder?.x }))
    return { ...said, credentials: shown }
  },
  verify: async ({ name, rogue: elsewhere }) => {
    const { value } = JSON.parse(fs.readFileSync(file, 'utf8')).credentials[name]
    return verify(value, { anchors: elsewhere ? others : anchors })
  },
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const told = JSON.parse(line)
  let said
  try {
    said = await DOES[told.do](told)
  } catch (error) {
    said = { failed: String(error.stack ?? error) }
  }
  console.log(JSON.stringify(said))
}
