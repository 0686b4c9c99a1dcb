// Passkeys: <form data-passkey="get|create" data-ask="/address"> asks the server for its question, lets the browser answer
// it, and posts the answer as the field `credential`. Without this script, or a browser that knows passkeys, the form stays
// hidden and the sentence beside it says so; the password works without.

const bytes = text => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), letter => letter.charCodeAt(0))
const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
const withBytes = credentials => (credentials ?? []).map(one => ({ ...one, id: bytes(one.id) }))

function question(asked) {
  const publicKey = { ...asked, challenge: bytes(asked.challenge) }
  if (asked.user) publicKey.user = { ...asked.user, id: bytes(asked.user.id) }
  if (asked.excludeCredentials) publicKey.excludeCredentials = withBytes(asked.excludeCredentials)
  if (asked.allowCredentials) publicKey.allowCredentials = withBytes(asked.allowCredentials)
  return { publicKey }
}

function answer(credential) {
  const response = {}
  for (const name of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle'])
    if (credential.response[name]) response[name] = text(credential.response[name])
  return JSON.stringify({
    id: credential.id, rawId: text(credential.rawId), type: credential.type, response, clientExtensionResults: {},
  })
}

async function ask(form) {
  const token = form.querySelector('[name=csrfmiddlewaretoken]').value
  const answered = await fetch(form.dataset.ask, {
    method: 'POST', credentials: 'same-origin', headers: { 'X-CSRFToken': token, Accept: 'application/json' },
  })
  if (!answered.ok) throw new Error(answered.status)
  return question(await answered.json())
}

async function use(form) {
  const told = form.querySelector('[role=status]')
  const button = form.querySelector('button')
  told.textContent = ''
  button.disabled = true
  try {
    const asked = await ask(form)
    const credential = await navigator.credentials[form.dataset.passkey](asked)
    form.querySelector('[name=credential]').value = answer(credential)
    form.submit()
  } catch (error) {
    told.textContent = error.name === 'InvalidStateError' ? told.dataset.known : told.dataset.cancelled
    button.disabled = false
    button.focus()
  }
}

if (window.PublicKeyCredential && navigator.credentials)
  for (const form of document.querySelectorAll('form[data-passkey]')) {
    form.addEventListener('submit', event => { event.preventDefault(); use(form) })
    form.hidden = false
    form.previousElementSibling.hidden = true
  }
