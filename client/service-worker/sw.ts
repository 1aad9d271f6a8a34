import { parseAnnouncement } from './announcement.ts'
import { savedResponse, type Save } from './saved-response.ts'
import { SAVE_PATH, type SaveNews } from './save-port.ts'
import type { ServiceWorkerScope } from './service-worker-scope.ts'

// The compiler knows a page's global scope; this is a service worker's.
declare const self: ServiceWorkerScope

/** Saves that were announced and not yet fetched. Each id is unguessable and good once. */
const saves = new Map<string, Save>()
const SAVES_MAX = 16
/** Those and the ones that are being answered. */
const running = new Set<string>()
/** Pages that give nothing any more, though they are there. */
const stopped = new Set<string>()

self.addEventListener('install', () => void self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

self.addEventListener('message', (event) => {
  const announcement = parseAnnouncement(event.data)
  const [port] = event.ports
  const tell = (news: SaveNews): void => event.source?.postMessage(news)
  if (announcement?.type === 'ping') tell({ type: 'saves', ids: [...running] })
  const { id: pageId = '' } = event.source ?? {}
  if (announcement?.type === 'stopped') stopped.add(pageId)
  if (announcement?.type !== 'save' || port === undefined) return
  if (saves.size >= SAVES_MAX) return port.close()
  const { id } = announcement
  const isPageThere = async (): Promise<boolean> =>
    !stopped.has(pageId) && (await self.clients.get(pageId)) !== undefined
  saves.set(id, { ...announcement, port, isPageThere, ended: () => running.delete(id) })
  running.add(id)
  // Only now may the page start the download.
  tell({ type: 'save-announced', id })
})

self.addEventListener('fetch', (event) => {
  const { pathname, origin } = new URL(event.request.url)
  // Everything else goes to the network as if there were no service worker: nothing is cached here.
  if (origin !== self.location.origin || !pathname.startsWith(SAVE_PATH)) return
  const id = pathname.slice(SAVE_PATH.length)
  const save = saves.get(id)
  saves.delete(id)
  event.respondWith(
    save === undefined ? new Response('Gone.', { status: 410 }) : savedResponse(save),
  )
})
