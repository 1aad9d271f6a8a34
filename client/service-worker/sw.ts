import { parseAnnouncement } from './announcement.ts'
import { savedResponse, type Save } from './saved-response.ts'
import { SAVE_PATH } from './save-port.ts'
import type { ServiceWorkerScope } from './service-worker-scope.ts'

// The compiler knows a page's global scope; this is a service worker's.
declare const self: ServiceWorkerScope

/** Saves that were announced and not yet fetched. Each id is unguessable and good once. */
const saves = new Map<string, Save>()
const SAVES_MAX = 16

self.addEventListener('install', () => void self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

self.addEventListener('message', (event) => {
  const announcement = parseAnnouncement(event.data)
  const [port] = event.ports
  if (announcement?.type !== 'save' || port === undefined) return
  if (saves.size >= SAVES_MAX) return port.close()
  const { id: pageId } = event.source ?? {}
  const isPageThere = async (): Promise<boolean> =>
    pageId !== undefined && (await self.clients.get(pageId)) !== undefined
  saves.set(announcement.id, { ...announcement, port, isPageThere })
  // Only now may the page start the download.
  event.source?.postMessage({ type: 'save-announced', id: announcement.id })
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
