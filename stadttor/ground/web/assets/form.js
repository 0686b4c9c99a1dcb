// The citizen's form page. Everything here is comfort: the page works without it.
// 1. conditions show and hide fields while typing (stadttor/forms/assets/conditions.js, if it is built in)
// 2. answers are saved while typing: <form data-autosave="/address"> posts the form there
// 3. the error summary gets the focus, leaving an unsaved page asks first

import { wirePage } from 'conditions'

const PAUSE_MS = 1200

function autosave(form) {
  const status = document.getElementById('saved')
  let timer = 0
  let running = null
  let again = false
  let revision = form.dataset.revision ?? ''
  const ended = new AbortController()

  async function save() {
    if (running) { again = true; return }
    running = send()
    await running
    running = null
    if (again) { again = false; save() }
  }

  async function send() {
    const body = new FormData(form)
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name)
    body.set('revision', revision)
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: 'POST', body, credentials: 'same-origin', headers: { Accept: 'application/json' }, signal: ended.signal,
      })
      if (!answer.ok) return
      const told = await answer.json()
      revision = told.revision ?? revision
      if (status && told.text) (status.querySelector('[data-told]') ?? status).textContent = told.text
      delete form.dataset.changed
    } catch {
      // No network: the next change tries again, and sending the page saves everything anyway.
    }
  }

  form.addEventListener('input', event => {
    if (event.target.type === 'file') return
    form.dataset.changed = 'yes'
    clearTimeout(timer)
    timer = setTimeout(save, PAUSE_MS)
  })
  form.addEventListener('change', () => { clearTimeout(timer); timer = setTimeout(save, 100) })
  // The page itself is sent: it saves everything, and an older state must not arrive after it.
  form.addEventListener('submit', () => { clearTimeout(timer); again = false; ended.abort(); delete form.dataset.changed })
}

/** Beside a file input: that choosing sends (WCAG 3.2.2), and by its description which files are there already. */
function sayBefore(input, text) {
  const described = [...(input.getAttribute('aria-describedby') ?? '').split(' '), input.dataset.uploads?.trim()]
  if (text) {
    const hint = document.createElement('div')
    hint.className = 'kern-hint kern-body kern-body--muted'
    hint.id = `${input.id}-at-once`
    hint.textContent = text
    input.before(hint)
    described.push(hint.id)
  }
  const ids = described.filter(Boolean).join(' ')
  if (ids) input.setAttribute('aria-describedby', ids)
}

/** Choosing a file sends it at once, by the form's own upload button, so that a preview can appear. */
function uploadAtOnce(form) {
  const button = form.querySelector('button[data-upload]')
  if (!button) return
  for (const input of form.querySelectorAll('input[type=file]')) sayBefore(input, button.dataset.upload)
  form.addEventListener('change', event => {
    if (event.target.type === 'file' && event.target.files.length) form.requestSubmit(button)
  })
}

/** A second click must not send an application twice; the server refuses it too. */
function sendOnce(form) {
  form.addEventListener('submit', event => {
    if (form.dataset.sent) { event.preventDefault(); return }
    form.dataset.sent = 'yes'
    setTimeout(() => { delete form.dataset.sent }, 5000)
  })
  addEventListener('pageshow', () => { delete form.dataset.sent })
}

/** A live region speaks when its text changes: what stood in the page when it came is put in once more. */
function announce() {
  const region = document.createElement('div')
  region.className = 'st-sr-only'
  region.setAttribute('role', 'status')
  document.body.append(region)
  const said = [...document.querySelectorAll('[data-announce]')].map(one => one.textContent.trim())
  if (said.length) setTimeout(() => { region.textContent = said.join(' ') }, 500)
  return text => { region.textContent = text }
}

/** Tells the server that questions have appeared while typing, so that an empty one has been seen. */
function markLive(form) {
  const mark = document.createElement('input')
  Object.assign(mark, { type: 'hidden', name: 'live', value: 'yes' })
  form.append(mark)
}

document.querySelector('[data-focus]')?.focus()
const tell = announce()
for (const form of document.querySelectorAll('form[method=post]')) {
  sendOnce(form)
  uploadAtOnce(form)
  if (form.dataset.autosave) { autosave(form); markLive(form) }
}
wirePage(document, tell)
