// Lets the outside wallet answer what it is told on stdin, a line of JSON each; prints a line of JSON for each answer.
import path from 'node:path'
import readline from 'node:readline'

const [folder, file, trust] = process.argv.slice(2)
const { answer, decline, loadWallet } = await import(path.join(folder, 'wallet.mjs'))
const { CASES } = await import(path.join(folder, 'cases.mjs'))

const held = () => loadWallet(file, { trust: [trust] })
const DOES = {
  cases: () => CASES,
  answer: ({ uri, options }) => answer(held(), uri, options ?? {}),
  decline: ({ uri, error }) => decline(held(), uri, error),
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
