import { SAVE_PATH, type SaveAnnouncement, type SaveNews } from '../service-worker/save-port.ts'
import type { DownloadFault, PageMessage } from '../worker/messages.ts'
import { registerServiceWorker } from './script-urls.ts'

/** A save that the worker is ready to give bytes for. */
export type ReadySave = Readonly<{ saveId: string; name: string; bytes: number }>

const PING_MS = 5000

/** Starts the browser's own downloads: the service worker answers them, pulling from the worker. */
export class Downloads {
  #opening: Promise<ServiceWorkerRegistration | DownloadFault> | undefined
  #registration: ServiceWorkerRegistration | undefined
  readonly #tell: (message: PageMessage, transfer: Transferable[]) => void
  /** Downloads by their id, until they are known to be over. */
  readonly #started = new Map<string, { saveId: string; missedCount: number }>()
  /** Saves that were stopped before the browser was told to begin. */
  readonly #cancelled = new Set<string>()
  #pinging: ReturnType<typeof setInterval> | undefined

  constructor(tell: (message: PageMessage, transfer: Transferable[]) => void) {
    this.#tell = tell
  }

  /** Ahead of the first save, which then need not wait. @returns What is lacking, if anything; it is tried anew then. */
  async prepare(): Promise<DownloadFault | undefined> {
    this.#opening ??= registerServiceWorker()
    const opened = await this.#opening
    if (typeof opened === 'string') {
      this.#opening = undefined
      return opened
    }
    if (this.#registration === undefined) this.#listen()
    this.#registration = opened
    return undefined
  }

  /** While saves run the service worker must stay alive, however slowly the disk takes the bytes. */
  set isRunning(isRunning: boolean) {
    if (isRunning === (this.#pinging !== undefined)) return
    clearInterval(this.#pinging)
    this.#pinging = isRunning
      ? setInterval(() => this.#announce({ type: 'ping' }), PING_MS)
      : undefined
  }

  async start({ saveId, name, bytes }: ReadySave): Promise<void> {
    const lack = await this.prepare()
    if (this.#cancelled.has(saveId)) return
    if (lack !== undefined) {
      this.#tell({ type: 'download-fault', saveId, fault: lack }, [])
      return
    }
    const { port1, port2 } = new MessageChannel()
    this.#tell({ type: 'save-port', saveId, port: port1 }, [port1])
    const id = crypto.randomUUID()
    const isAnnounced = this.#untilAnnounced(id)
    this.#announce({ type: 'save', id, name, bytes }, [port2])
    await isAnnounced
    this.#started.set(id, { saveId, missedCount: 0 })
    openHidden(`${SAVE_PATH}${id}`)
  }

  /** The person stopped it: it begins no more. */
  cancel(saveId: string): void {
    this.#cancelled.add(saveId)
  }

  /** Nothing more comes for those that run: the browser is to show that they failed. */
  stop(): void {
    this.isRunning = false
    this.#announce({ type: 'stopped' })
  }

  #listen(): void {
    navigator.serviceWorker.addEventListener('message', ({ data }: MessageEvent<SaveNews>) => {
      if (data.type === 'saves') this.#look(new Set(data.ids))
    })
  }

  /**
   * A browser may end a service worker in the middle, and nobody else would say so: the save would stand still for
   * ever. Missed once, it may have ended as it should, and the page is about to hear of it.
   */
  #look(ids: ReadonlySet<string>): void {
    for (const [id, download] of this.#started) {
      if (ids.has(id)) continue
      download.missedCount += 1
      if (download.missedCount < 2) continue
      this.#started.delete(id)
      const { saveId } = download
      this.#tell({ type: 'download-fault', saveId, fault: 'ended' }, [])
    }
  }

  #announce(announcement: SaveAnnouncement, transfer: Transferable[] = []): void {
    this.#registration?.active?.postMessage(announcement, transfer)
  }

  #untilAnnounced(id: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const listen = ({ data }: MessageEvent<SaveNews>): void => {
      if (data.type !== 'save-announced' || data.id !== id) return
      navigator.serviceWorker.removeEventListener('message', listen)
      resolve()
    }
    navigator.serviceWorker.addEventListener('message', listen)
    return promise
  }
}

/** A frame, not a link: navigating the page would stop it, and `download` links skip service workers in Safari. */
function openHidden(path: string): void {
  const frame = document.createElement('iframe')
  frame.hidden = true
  frame.src = path
  document.body.append(frame)
  // The download lives on in the browser; the frame is only how it began.
  setTimeout(() => frame.remove(), 60_000)
}
