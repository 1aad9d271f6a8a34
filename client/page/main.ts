import '../ui/skerry-app.ts'
import type { PageMessage, WorkerMessage } from '../worker/messages.ts'
import type { AppSnapshot } from '../worker/snapshot.ts'
import { Downloads } from './downloads.ts'
import { LeaveGuard } from './leave-guard.ts'
import { isAtRisk, isBusy, titleOf } from './page-state.ts'
import { createChunkStore, createEngineWorker, registerServiceWorker } from './script-urls.ts'
import { WakeLock } from './wake-lock.ts'

const worker = createEngineWorker()
const guard = new LeaveGuard()
const wakeLock = new WakeLock()
const tell = (message: PageMessage, transfer: Transferable[] = []): void =>
  worker.postMessage(message, transfer)

async function start(): Promise<void> {
  const app = document.querySelector('skerry-app')
  if (app === null) return
  tell({ type: 'start', origin: location.origin })
  app.addEventListener('ask-worker', ({ message }) => tell(message))
  const downloads = registerServiceWorker().then((registration) => {
    tell({ type: 'service-worker', isReady: registration !== undefined })
    return registration === undefined ? undefined : new Downloads(registration, tell)
  })
  worker.addEventListener('message', ({ data }: MessageEvent<WorkerMessage>) => {
    if (data.type === 'snapshot') void draw(data.snapshot, app, downloads)
    if (data.type === 'save-ready') void downloads.then((ready) => ready?.start(data))
    if (data.type === 'crashed') app.crash = data.message
  })
  worker.addEventListener(
    'error',
    () => (app.crash = 'The part that encrypts and sends has stopped.'),
  )
  openFragment(app)
  addEventListener('hashchange', () => location.reload())
}

async function draw(
  snapshot: AppSnapshot,
  app: HTMLElementTagNameMap['skerry-app'],
  downloads: Promise<Downloads | undefined>,
): Promise<void> {
  app.snapshot = snapshot
  guard.isNeeded = snapshot.sends.some(isAtRisk)
  wakeLock.isWanted = isBusy(snapshot)
  document.title = titleOf(snapshot)
  const ready = await downloads
  if (ready !== undefined) ready.isRunning = snapshot.receive !== undefined && isBusy(snapshot)
}

/** The fragment stays in the address bar only: it reaches the worker, and no title, log or request. */
function openFragment(app: HTMLElementTagNameMap['skerry-app']): void {
  // Some programs turn `#` into `%23`, which makes the link a path: the server answers it with this page.
  const mangled = /^\/%23(.+)$/i.exec(location.pathname)?.[1]
  const fragment = mangled ?? location.hash.slice(1)
  if (fragment === '') return
  if (mangled !== undefined) history.replaceState(undefined, '', `/#${mangled}`)
  app.isReceiving = true
  const store = createChunkStore()
  tell({ type: 'chunk-store', port: store }, [store])
  tell({ type: 'open', fragment })
}

await start()
