// The staff's pages. Everything here is comfort: the pages work without it.
// 1. htmx; it talks to this origin only and needs no inline style or eval (strict content security policy)
// 2. j and k move through the rows of a list, Enter opens, x ticks, / goes to the search field
// 3. <fieldset data-follows="outcome" data-values="granted partly"> shows only while one of these is chosen; what is
//    hidden is not sent; with data-opens its details open then
// 4. <… data-live="/events/…" hx-get="…" hx-trigger="live"> is fetched anew when the server says that something changed

import htmx from 'htmx.org'

const typing = element => element.closest('input, textarea, select, [contenteditable]') !== null

function rows() {
  return [...document.querySelectorAll('table[data-rows] tr[data-row] th a')]
}

function move(step) {
  const links = rows()
  if (!links.length) return
  const at = links.indexOf(document.activeElement)
  const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + step))
  links[next].focus()
  links[next].scrollIntoView({ block: 'nearest' })
}

function tick() {
  document.activeElement.closest('tr[data-row]')?.querySelector('input[type=checkbox]')?.click()
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  x: tick,
  '/': () => document.querySelector('input[type=search]')?.focus(),
}

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return
  const act = KEYS[event.key]
  if (act) { event.preventDefault(); act() }
})

/** One connection per address; after a lost connection everything is fetched anew, since events may have been missed. */
function live() {
  const places = Map.groupBy
    ? Map.groupBy(document.querySelectorAll('[data-live]'), element => element.dataset.live)
    : new Map([...document.querySelectorAll('[data-live]')].map(element => [element.dataset.live, [element]]))
  for (const [address, elements] of places) {
    const source = new EventSource(address, { withCredentials: true })
    let lost = false
    const refresh = () => elements.forEach(element => htmx.trigger(element, 'live'))
    source.addEventListener('message', refresh)
    source.addEventListener('error', () => { lost = true })
    source.addEventListener('open', () => { if (lost) refresh(); lost = false })
    addEventListener('pagehide', () => source.close())
  }
}

function follow(form) {
  const followers = [...form.querySelectorAll('fieldset[data-follows]')]
  const show = () => {
    for (const one of followers) {
      const chosen = form.elements.namedItem(one.dataset.follows)?.value ?? ''
      const shown = one.dataset.values.split(' ').includes(chosen)
      const details = one.querySelector('details')
      if (shown && one.disabled && details && 'opens' in one.dataset) details.open = true
      one.hidden = one.disabled = !shown
    }
  }
  if (!followers.length) return
  for (const one of followers) one.disabled = true
  form.addEventListener('change', show)
  show()
}

document.querySelector('[data-focus]')?.focus()
document.querySelectorAll('form').forEach(follow)
live()

/** Buttons that copy a value, shown where the browser lets a page do so. */
function copying() {
  if (!navigator.clipboard) return
  for (const button of document.querySelectorAll('button[data-copy]')) {
    const label = button.querySelector('.kern-label')
    const name = label.textContent
    button.hidden = false
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(button.dataset.copy)
      label.textContent = button.dataset.copied
      label.setAttribute('role', 'status')
      setTimeout(() => { label.textContent = name; label.removeAttribute('role') }, 3000)
    })
  }
}
copying()
