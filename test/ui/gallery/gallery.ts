import '../../../client/ui/receive-view.ts'
import '../../../client/ui/send-view.ts'
import '../../../client/ui/skerry-app.ts'
import type { PageMessage } from '../../../client/worker/messages.ts'
import type { AppSnapshot } from '../../../client/worker/snapshot.ts'
import { isStateName, type StateName, stateOf } from './states.ts'

/** What a test reads and does in the gallery. */
export type Gallery = {
  /** What the page asked of the worker since the state was shown. */
  asked: PageMessage[]
  /** What the page's policy had to stop: nothing, or a component is at fault. */
  violations: string[]
  show(name: StateName): Promise<void>
  /** Goes on with what is shown, as the next snapshot does. */
  draw(snapshot: AppSnapshot): Promise<void>
}

declare global {
  var gallery: Gallery
}

const gallery: Gallery = { asked: [], violations: [], show, draw }
globalThis.gallery = gallery
addEventListener('securitypolicyviolation', ({ violatedDirective, sourceFile, lineNumber }) => {
  gallery.violations.push(`${violatedDirective} at ${sourceFile}:${lineNumber}`)
})

/** Puts a new page in the place of the one before, so that nothing is left of it. */
async function show(name: StateName): Promise<void> {
  const state = stateOf(name)
  const { snapshot, chosen = [], unread = [], isReceiving = false, crash, isOpen = false } = state
  const pending = state.isPending === true ? { sendId: 1, files: chosen } : undefined
  const app = document.createElement('skerry-app')
  app.addEventListener('ask-worker', ({ message }) => gallery.asked.push(message))
  gallery.asked = []
  Object.assign(app, { snapshot, isReceiving, crash })
  document.querySelector('skerry-app')?.replaceWith(app)
  scrollTo(0, 0)
  await isDrawn(app)
  Object.assign(app.renderRoot.querySelector('send-view') ?? {}, { chosen, unread, pending })
  await isDrawn(app)
  if (isOpen) await openAll(app)
}

async function draw(snapshot: AppSnapshot): Promise<void> {
  const app = document.querySelector('skerry-app')
  if (app === null) return
  app.snapshot = snapshot
  await isDrawn(app)
}

/** Elements draw in turn, each parent before its children. */
async function isDrawn(element: Element): Promise<void> {
  if ('updateComplete' in element) await element.updateComplete
  for (const child of element.shadowRoot?.querySelectorAll('*') ?? []) {
    if (child.shadowRoot !== null) await isDrawn(child)
  }
}

async function openAll(element: Element): Promise<void> {
  for (const child of element.shadowRoot?.querySelectorAll('*') ?? []) {
    if (child instanceof HTMLDetailsElement) child.open = true
    if (child.shadowRoot !== null) await openAll(child)
  }
  await isDrawn(element)
}

const wanted = new URLSearchParams(location.search).get('state') ?? 'start'
if (isStateName(wanted)) await show(wanted)
document.documentElement.dataset['isReady'] = 'true'
