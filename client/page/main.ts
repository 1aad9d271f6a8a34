import '../ui/skerry-app.ts'
import type { PageMessage, WorkerMessage } from '../worker/messages.ts'
import type { RtcAsk } from '../worker/rtc-remote.ts'
import type { AppNews, AppSnapshot, EntrySnapshot } from '../worker/snapshot.ts'
import { Downloads } from './downloads.ts'
import { LeaveGuard } from './leave-guard.ts'
import { FilesInParts } from './files-in-parts.ts'
import { KeptHandles } from './kept-handles.ts'
import { isBusy, isNeeded, titleOf } from './page-state.ts'
import { createChunkStore, createEngineWorker } from './script-urls.ts'
import { WakeLock } from './wake-lock.ts'

const worker = createEngineWorker()
const guard = new LeaveGuard()
const wakeLock = new WakeLock()
let hasChunkStore = false
const unattended = new AbortController()
/** Of the share that the page was opened with. */
let entries: readonly EntrySnapshot[] = []
const tell = (message: PageMessage, transfer: Transferable[] = []): void =>
  worker.postMessage(message, transfer)
const files = new FilesInParts(tell)
const downloads = new Downloads(tell)
const handles = new KeptHandles()

function start(): void {
  const app = document.querySelector('skerry-app')
  if (app === null) return
  tell({ type: 'start', origin: location.origin, canConnect: 'RTCPeerConnection' in window })
  app.addEventListener('ask-worker', ({ message }) => {
    if (message.type === 'save') openChunkStore()
    if (message.type === 'cancel-save') downloads.cancel(message.saveId)
    if (message.type === 'send') files.tell(message)
    else if (message.type === 'resume') void resume(message)
    else tell(message)
  })
  void downloads.prepare()
  worker.addEventListener('message', ({ data }: MessageEvent<WorkerMessage>) => {
    if (data.type === 'entries') entries = data.entries
    if (data.type === 'snapshot') draw(wholeOf(data.snapshot), app)
    if (data.type === 'handles') handles.keep(data)
    if (data.type === 'save-ready') void downloads.start(data)
    if (data.type === 'rtc-wanted') giveRtc()
    if (data.type === 'crashed') crash(app, data.message)
  })
  worker.addEventListener('error', () => crash(app, 'The part that encrypts has stopped.'))
  const { signal } = unattended
  for (const sign of ['pointermove', 'pointerdown', 'keydown', 'scroll'])
    addEventListener(sign, attend, { passive: true, capture: true, signal })
  openFragment(app)
  loadView(app).catch(() => crash(app, 'A part of the page could not be loaded.'))
  addEventListener('hashchange', () => location.reload())
}

/** Where files are to be read that the browser kept, it is asked whether they may be, before anything else. */
async function resume(message: Extract<PageMessage, { type: 'resume' }>): Promise<void> {
  if (message.files.length === 0) await handles.ask(message.shareId)
  files.tell(message)
}

/** A visitor sends or receives: the other half is not loaded. */
async function loadView(app: HTMLElementTagNameMap['skerry-app']): Promise<unknown> {
  return app.isReceiving ? import('../ui/receive-view.ts') : import('../ui/send-view.ts')
}

/** The list is the same one each time, so that who draws it sees at once that it did not change. */
function wholeOf({ receive, ...rest }: AppNews): AppSnapshot {
  return { ...rest, receive: receive && { ...receive, entries } }
}

function draw(snapshot: AppSnapshot, app: HTMLElementTagNameMap['skerry-app']): void {
  // What it said before it crashed may come later.
  if (app.crash !== undefined) return
  app.snapshot = snapshot
  guard.isNeeded = isNeeded(snapshot)
  wakeLock.isWanted = isBusy(snapshot)
  document.title = titleOf(snapshot)
  downloads.isRunning = snapshot.receive !== undefined && isBusy(snapshot)
}

/** Nothing goes on, so nothing is lost by leaving, and no screen must stay on. */
function crash(app: HTMLElementTagNameMap['skerry-app'], message: string): void {
  app.crash = message
  worker.terminate()
  downloads.stop()
  guard.isNeeded = false
  wakeLock.isWanted = false
  document.title = 'Stopped · Skerry'
}

/** The fragment stays in the address bar only: it reaches the worker, and no title, log or request. */
function openFragment(app: HTMLElementTagNameMap['skerry-app']): void {
  // Some programs turn `#` into `%23`, which makes the link a path: the server answers it with this page.
  const mangled = /^\/%23(.+)$/i.exec(location.pathname)?.[1]
  const fragment = mangled ?? location.hash.slice(1)
  if (fragment === '') return
  if (mangled !== undefined) history.replaceState(undefined, '', `/#${mangled}`)
  app.isReceiving = true
  tell({ type: 'open', fragment })
}

/** Once somebody besides seeds may be spoken to, or a seed that HTTP does not reach. */
function giveRtc(): void {
  const { port1, port2 } = new MessageChannel()
  tell({ type: 'rtc', port: port2 }, [port2])
  void hostRtc(port1)
}

/** What is asked meanwhile waits in the port. */
async function hostRtc(port: MessagePort): Promise<void> {
  const loaded = await import('./rtc-host.ts').catch(() => undefined)
  if (loaded !== undefined) {
    new loaded.RtcHost(port).start()
    return
  }
  // Whoever is called is not reached then, and it is loaded again for the next one.
  const refuse = ({ data }: MessageEvent<RtcAsk>): void => {
    if (data.type === 'connect')
      port.postMessage({ type: 'close', connection: data.connection, reason: 'failed' })
    void hostRtc(port)
  }
  port.addEventListener('message', refuse, { once: true })
  port.start()
}

/** At the first sign of a person: until then a page that was opened in passing loads no more than it shows. */
function attend(event: Event): void {
  if (isStill(event)) return
  unattended.abort()
  tell({ type: 'attended' })
  // What does not come now is loaded when it is opened.
  void Promise.allSettled([import('../ui/custody-seeds.ts')])
}

/** Chromium tells of the pointer once a page is laid out, though nobody moved it. */
function isStill(event: Event): boolean {
  return event instanceof PointerEvent && event.type === 'pointermove' && !hasMoved(event)
}

function hasMoved({ movementX, movementY }: PointerEvent): boolean {
  return movementX !== 0 || movementY !== 0
}

/** At the first save: whoever only looks keeps nothing. */
function openChunkStore(): void {
  if (hasChunkStore) return
  hasChunkStore = true
  const store = createChunkStore()
  tell({ type: 'chunk-store', port: store }, [store])
}

// Not awaited at the top: parts that load later import this one, and must not wait for it.
start()
