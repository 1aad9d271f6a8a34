import { SAVE_PATH, type SaveAnnouncement } from '../service-worker/save-port.ts'
import type { PageMessage } from '../worker/messages.ts'

/** A save that the worker is ready to give bytes for. */
export type ReadySave = Readonly<{ saveId: string; name: string; bytes: number }>

const PING_MS = 10_000

/** Starts the browser's own downloads: the service worker answers them, pulling from the worker. */
export class Downloads {
  readonly #registration: ServiceWorkerRegistration
  readonly #tell: (message: PageMessage, transfer: Transferable[]) => void
  #pinging: ReturnType<typeof setInterval> | undefined

  constructor(
    registration: ServiceWorkerRegistration,
    tell: (message: PageMessage, transfer: Transferable[]) => void,
  ) {
    this.#registration = registration
    this.#tell = tell
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
    const { port1, port2 } = new MessageChannel()
    this.#tell({ type: 'save-port', saveId, port: port1 }, [port1])
    const id = crypto.randomUUID()
    const isAnnounced = this.#untilAnnounced(id)
    this.#announce({ type: 'save', id, name, bytes }, [port2])
    await isAnnounced
    openHidden(`${SAVE_PATH}${id}`)
  }

  #announce(announcement: SaveAnnouncement, transfer: Transferable[] = []): void {
    this.#registration.active?.postMessage(announcement, transfer)
  }

  #untilAnnounced(id: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const listen = ({ data }: MessageEvent<{ type?: string; id?: string }>): void => {
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
