// Evaluates the jobs on standard input with the browser's engine: [{lowered, declared, env}] → [{value} | {error}].
import { readFileSync } from "node:fs"
import { evaluate } from "../../stadttor/forms/assets/conditions.js"

const jobs = JSON.parse(readFileSync(0, "utf8"))
const results = jobs.map(({ lowered, declared, env }) => {
  try {
    return { value: evaluate(lowered, declared, env) }
  } catch (error) {
    return { error: String(error.message) }
  }
})
process.stdout.write(JSON.stringify(results))
