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

/** Choosing a file sends it at once, by the form's own upload button, so that a preview can appear. */
function uploadAtOnce(form) {
  const button = form.querySelector('button[data-upload]')
  if (!button) return
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

document.querySelector('[data-focus]')?.focus()
for (const form of document.querySelectorAll('form[method=post]')) {
  sendOnce(form)
  uploadAtOnce(form)
  if (form.dataset.autosave) autosave(form)
}
wirePage()
