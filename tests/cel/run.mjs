// Evaluates the jobs on standard input with the browser's engine: [{lowered, declared, env}] → [{value} | {error}].
// A job {type, typed} asks what the browser takes for the value of a field in which this was typed.
import { readFileSync } from "node:fs"
import { evaluate, read } from "../../stadttor/forms/assets/conditions.js"

const jobs = JSON.parse(readFileSync(0, "utf8"))
const results = jobs.map(({ lowered, declared, env, type, typed }) => {
  try {
    return { value: type ? read(type, typed) : evaluate(lowered, declared, env) }
  } catch (error) {
    return { error: String(error.message) }
  }
})
process.stdout.write(JSON.stringify(results))
