// Saves what is typed in the studio by itself, a while after the last key. The button does the same without it.
// <form data-saves-itself> holds the revision it saw in the field `seen` and a line [data-told data-failed="…"]

const PAUSE_MS = 4000

// Draws the preview anew where it is: as it was asked for, at the same height.
function redraw(frame) {
  const shown = frame.contentWindow
  const height = shown.scrollY
  frame.addEventListener('load', () => shown.scrollTo(0, height), { once: true })
  shown.location.replace(shown.location.href)
}

function watch(form) {
  const line = form.querySelector('[data-told]')
  let waits, stopped = false
  const tell = text => { line.textContent = text }

  async function save() {
    const typed = new FormData(form)
    typed.set('alone', 'yes')
    typed.delete('act')
    try {
      const answer = await fetch(form.action, { method: 'POST', body: typed, redirect: 'error', headers: { Accept: 'application/json' } })
      const said = await answer.json()
      tell(said.told)
      if (answer.ok) {
        form.elements.seen.value = said.revision
        document.querySelectorAll('iframe[data-shows-saved]').forEach(redraw)
      }
      else stopped = answer.status === 409
    } catch {
      tell(line.dataset.failed)
    }
  }

  form.addEventListener('input', () => {
    clearTimeout(waits)
    if (!stopped) waits = setTimeout(save, PAUSE_MS)
  })
  form.addEventListener('submit', () => clearTimeout(waits))
}

document.querySelectorAll('form[data-saves-itself]').forEach(watch)
