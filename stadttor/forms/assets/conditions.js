// The browser's side of a form's conditions: the same lowered CEL as on the server, evaluated by cel-js.
// tests/cel/corpus.json runs through both. The server decides in the end; this only spares people a round trip.

import { Environment } from "@marcbachmann/cel-js"

const MAX_INTEGER = BigInt(Number.MAX_SAFE_INTEGER)
const DAY = 86_400_000

const answered = (value) => value !== null && value !== ""
const exact = (value) => (value >= -MAX_INTEGER && value <= MAX_INTEGER ? value : null)
const sum = (left, right, act) => (left === null || right === null ? null : exact(act(left, right)))

// Milliseconds of an ISO date in UTC, null when it is none. Years 1 to 9999, as on the server.
function time(text) {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text ?? "")
  if (!found || found[1] === "0000") return null
  const [year, month, day] = found.slice(1).map(Number)
  const date = utc(year, month - 1, day)
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : null
}

function utc(year, month, day) {
  const date = new Date(Date.UTC(2000, 0, 1))
  date.setUTCFullYear(year, month, day)
  return date
}

function iso(date) {
  const year = date.getUTCFullYear()
  return year >= 1 && year <= 9999 ? date.toISOString().slice(0, 10) : ""
}

function ageOn(birth, day) {
  const [born, on] = [time(birth), time(day)]
  if (born === null || on === null || on < born) return null
  const years = Number(day.slice(0, 4)) - Number(birth.slice(0, 4))
  return BigInt(years - (day.slice(5) < birth.slice(5) ? 1 : 0))
}

function addDays(day, number) {
  const start = time(day)
  if (start === null || number === null) return ""
  const date = new Date(start + Number(number) * DAY)
  return Number.isNaN(date.getTime()) ? "" : iso(date)
}

function addMonths(day, number) {
  if (time(day) === null || number === null) return ""
  const [year, month, dayOfMonth] = day.split("-").map(Number)
  const months = BigInt(year * 12 + month - 1) + number
  if (months < 12n || months >= 120_000n) return ""
  const [years, rest] = [Number(months / 12n), Number(months % 12n)]
  const last = utc(years, rest + 1, 0).getUTCDate()
  return iso(utc(years, rest, Math.min(dayOfMonth, last)))
}

const environment = new Environment({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false })
  .registerFunction("nothing(): dyn", () => null)
  .registerFunction("less(dyn, dyn): bool", (left, right) => answered(left) && answered(right) && left < right)
  .registerFunction("at_most(dyn, dyn): bool", (left, right) => answered(left) && answered(right) && left <= right)
  .registerFunction("plus(dyn, dyn): dyn", (left, right) => sum(left, right, (a, b) => a + b))
  .registerFunction("minus(dyn, dyn): dyn", (left, right) => sum(left, right, (a, b) => a - b))
  .registerFunction("times(dyn, dyn): dyn", (left, right) => sum(left, right, (a, b) => a * b))
  .registerFunction("length(dyn): dyn", (text) => BigInt([...text].length))
  .registerFunction("days_between(dyn, dyn): dyn", (start, end) => {
    const [first, last] = [time(start), time(end)]
    return first === null || last === null ? null : BigInt((last - first) / DAY)
  })
  .registerFunction("age_on(dyn, dyn): dyn", ageOn)
  .registerFunction("add_days(dyn, dyn): dyn", addDays)
  .registerFunction("add_months(dyn, dyn): dyn", addMonths)

const programs = new Map()

function program(expression) {
  if (!programs.has(expression)) programs.set(expression, environment.parse(expression))
  return programs.get(expression)
}

// A value in the engine's form: whole numbers are BigInt, what is missing or of another kind is neutral.
function bindable(kind, value) {
  if (Array.isArray(kind)) return Array.isArray(value) ? value.map((element) => bindable(kind[0], element)) : []
  if (typeof kind === "object") {
    return Object.fromEntries(Object.entries(kind).map(([name, inner]) => [name, bindable(inner, value?.[name])]))
  }
  if (kind === "boolean") return value === true
  if (kind === "integer") return Number.isSafeInteger(value) ? BigInt(value) : null
  return typeof value === "string" ? value : ""
}

function plain(value) {
  if (typeof value === "bigint") return Number(value)
  if (Array.isArray(value)) return value.map(plain)
  if (value === null || typeof value !== "object") return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]))
}

// The value of a lowered expression. `declared` {path: kind}, `env` {path: value}; dotted paths become flat names.
export function evaluate(expression, declared, env) {
  const bound = {}
  for (const [path, kind] of Object.entries(declared)) bound[path.replaceAll(".", "V")] = bindable(kind, env[path])
  return plain(program(expression)(bound))
}

// What is typed in a field, as the server would store it. Unreadable numbers and dates count as unanswered.
const READERS = {
  boolean: (inputs) => chosen(inputs)[0] === "true",
  integer: (inputs) => wholeNumber(text(inputs)),
  money: (inputs) => cents(text(inputs)),
  date: (inputs, form, name) => day(text(inputs) || parts(form, name, ["day", "month", "year"]).join(".")),
  multiselect: (inputs) => chosen(inputs),
  textarea: (inputs) => raw(inputs),
  select: (inputs) => raw(inputs),
  file: (inputs) => inputs.flatMap((input) => (input.files ? [...input.files].map((file) => file.name) : [input.value])),
  address: (inputs, form, name) => {
    const names = ["street", "house_number", "postal_code", "city", "country"]
    const given = Object.fromEntries(parts(form, name, names).map((value, place) => [names[place], value]))
    return { ...given, country: given.country === "DE" ? "" : given.country }
  },
}

function inputsOf(form, name) {
  const found = form.elements.namedItem(name)
  if (!found) return []
  return found instanceof RadioNodeList ? [...found] : [found]
}

const selectable = (input) => input.type === "radio" || input.type === "checkbox"

function chosen(inputs) {
  return inputs.flatMap((input) => {
    if (input.selectedOptions) return [...input.selectedOptions].map((option) => option.value)
    return selectable(input) && !input.checked ? [] : [input.value]
  })
}

// Digits of every script as 0 to 9, as stadttor/core/digits.py: Unicode has them in rows of ten, so the value is the place.
const DIGIT = /^\p{Nd}$/u
export function western(typed) {
  return typed.replace(/\p{Nd}/gu, (digit) => {
    let first = digit.codePointAt(0)
    while (DIGIT.test(String.fromCodePoint(first - 1))) first -= 1
    return String((digit.codePointAt(0) - first) % 10)
  })
}

// Line ends, composed letters and invisible marks, as stadttor/core/din91379.py tidies what is sent.
const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g
const tidy = (typed) => typed.replace(/\r\n?/g, "\n").normalize("NFC").replace(INVISIBLE, "").trim()

const raw = (inputs) => tidy(chosen(inputs)[0] ?? "")
const text = (inputs) => western(raw(inputs))
const parts = (form, name, names) => names.map((part) => text(inputsOf(form, `${name}.${part}`)))

// Without a look behind: Safari before 16.4 refuses the whole script over it.
const UNIT = /(\d)\s*(kg|kilogramm|кг|كغ|km|cm|m²|qm|stück|jahre?|monate?|tage?)\.?$/iu
const THOUSANDS = /^[+-]?\d{1,3}([.\u00a0\u202f ']\d{3})+$/
const ungrouped = (typed) => (THOUSANDS.test(typed) ? typed.replace(/[^\d+-]/g, "") : typed)

function wholeNumber(typed) {
  const digits = ungrouped(typed.replace(UNIT, "$1"))
  return /^[+-]?\d{1,16}$/.test(digits) ? Number(digits) : null
}

// The later of comma and dot separates the decimals.
function decimal(typed) {
  const plain = ungrouped(typed).replace(/[\s']/g, "")
  const comma = plain.lastIndexOf(",") > plain.lastIndexOf(".")
  return comma ? plain.replaceAll(".", "").replaceAll(",", ".") : plain.replaceAll(",", "")
}

function cents(typed) {
  const amount = decimal(typed.replace(/\s*(€|eur|euro)\s*$/iu, ""))
  const [, whole, rest = ""] = /^([+-]?\d{1,16})(?:\.(\d{1,6}))?$/.exec(amount) ?? []
  return whole === undefined || /[1-9]/.test(rest.slice(2)) ? null : Number(whole + rest.slice(0, 2).padEnd(2, "0"))
}

function day(typed) {
  const german = /^(\d{1,2})\s?[.\/-]\s?(\d{1,2})\s?[.\/-]\s?(\d{4})$/.exec(typed)
  const found = german ? `${german[3]}-${german[2].padStart(2, "0")}-${german[1].padStart(2, "0")}` : typed
  return time(found) === null || found < "1800" || found >= "3000" ? "" : found
}

// What is typed into one input of this type, as the server would read it.
const TYPED = { integer: wholeNumber, money: cents, date: day }
export const read = (type, typed) => TYPED[type](western(tidy(typed)))

// One look at the page: what is visible and what expressions see, each found out at most once.
class Look {
  constructor(form, data) {
    Object.assign(this, { form, data, seen: new Map() })
  }

  holds(expression, field) {
    const env = {}
    const declared = {}
    const words = new Set(expression.match(/\w+/g))
    for (const [path, kind] of Object.entries(this.data.declared)) {
      if (!words.has(path.replaceAll(".", "V"))) continue
      declared[path] = kind
      env[path] = this.valueAt(path, field)
    }
    return evaluate(expression, declared, env) === true
  }

  valueAt(path, field) {
    if (path in this.data.values) return this.data.values[path]
    const [root, ...rest] = path.split(".")
    const group = root === "item" ? field.group : rest.shift()
    const index = root === "item" ? field.index : null
    if (rest.length === 0) return this.elements(group)
    const one = this.data.fields.find((entry) => entry.path === `${group}.${rest[0]}` && entry.index === index)
    return rest.slice(1).reduce((value, part) => value?.[part], one && this.value(one))
  }

  elements(group) {
    const elements = []
    for (const field of this.data.fields.filter((entry) => entry.group === group)) {
      elements[field.index] ??= {}
      elements[field.index][field.path.split(".")[1]] = this.value(field)
    }
    return elements
  }

  // Hidden fields count as unanswered.
  value(field) {
    if (!this.visible(field)) return undefined
    const inputs = inputsOf(this.form, field.name)
    return (READERS[field.type] ?? text)(inputs, this.form, field.name)
  }

  visible(field) {
    if (!this.seen.has(field.name)) {
      const shown = this.groupVisible(field.group) && (!field.show_if || this.holds(field.show_if, field))
      this.seen.set(field.name, shown)
    }
    return this.seen.get(field.name)
  }

  groupVisible(id) {
    if (!this.seen.has(id)) {
      const { show_if: condition } = this.data.groups.find((group) => group.id === id)
      this.seen.set(id, !condition || this.holds(condition))
    }
    return this.seen.get(id)
  }

  // A group of hidden fields is a heading over nothing; repeated ones keep their button to add one.
  groupShown(id) {
    const fields = this.data.fields.filter((field) => field.group === id)
    const single = fields.length > 0 && fields.every((field) => field.index === null)
    return this.groupVisible(id) && (!single || fields.some((field) => this.visible(field)))
  }

  required(field) {
    return typeof field.required === "string" ? this.holds(field.required, field) : field.required
  }
}

const escaped = (name) => CSS.escape(name)

function showField(form, look, field) {
  const shown = look.visible(field)
  for (const box of form.querySelectorAll(`[data-field="${escaped(field.name)}"]`)) box.hidden = !shown
  const required = shown && look.required(field)
  for (const box of form.querySelectorAll(`[data-optional="${escaped(field.name)}"]`)) box.hidden = required
  for (const input of inputsOf(form, field.name)) {
    if (input.type !== "checkbox") input.required = required
  }
}

function showCheck(form, look, check) {
  for (const field of look.data.fields.filter((entry) => entry.path === check.path)) {
    const boxes = form.querySelectorAll(`[data-check="${escaped(`${field.name}.${check.text}`)}"]`)
    const refused = boxes.length > 0 && look.visible(field) && look.holds(check.if, field)
    for (const box of boxes) box.hidden = !refused
  }
}

// The notes that are to be seen; whoever cannot see them hears the new ones.
const notes = (form, data) =>
  data.fields
    .filter((field) => field.type === "info")
    .flatMap((field) => [...form.querySelectorAll(`[data-field="${escaped(field.name)}"]`)])
    .filter((box) => !box.closest("[hidden]"))

function refresh(form, data, tell) {
  const before = new Set(notes(form, data))
  show(form, data)
  const text = notes(form, data).filter((box) => !before.has(box)).map((box) => box.textContent.trim()).join(" ")
  if (text) tell(text)
}

function show(form, data) {
  const look = new Look(form, data)
  for (const group of data.groups) {
    for (const box of form.querySelectorAll(`[data-group="${escaped(group.id)}"]`)) box.hidden = !look.groupShown(group.id)
  }
  for (const field of data.fields) showField(form, look, field)
  for (const check of data.checks) showCheck(form, look, check)
}

// Shows and hides [data-group], [data-field], [data-check] and the "optional" marks [data-optional] as people type.
// `tell` says a text aloud: notes that appear.
export function wire(form, data, tell) {
  if (!data.fields) return
  const again = () => refresh(form, data, tell)
  form.addEventListener("input", again)
  form.addEventListener("change", again)
  show(form, data)
}

// Wires the form whose fields are marked [data-field] with the data in <script type="application/json" id="form-conditions">.
export function wirePage(page = document, tell = () => {}) {
  const source = page.getElementById("form-conditions")
  const form = page.querySelector("form [data-field]")?.closest("form")
  if (source && form) wire(form, JSON.parse(source.textContent), tell)
}
