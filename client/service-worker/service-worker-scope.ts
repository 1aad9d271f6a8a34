/**
 * The part of a service worker's global scope that is used here. The compiler's own library of it contradicts
 * the page's, and both are checked in one run.
 */
export type ServiceWorkerScope = Readonly<{
  location: Location
  clients: { claim(): Promise<void>; get(id: string): Promise<ServiceWorkerPage | undefined> }
  skipWaiting(): Promise<void>
  addEventListener<Name extends keyof ServiceWorkerEvents>(
    name: Name,
    listener: (event: ServiceWorkerEvents[Name]) => void,
  ): void
}>

/** A page that the service worker serves. */
type ServiceWorkerPage = Readonly<{ id: string; postMessage(message: unknown): void }>

type ServiceWorkerEvents = {
  install: Event
  activate: Event & { waitUntil(done: Promise<unknown>): void }
  message: Event &
    Readonly<{ data: unknown; ports: readonly MessagePort[]; source: ServiceWorkerPage | null }>
  fetch: Event & {
    readonly request: Request
    respondWith(response: Response | Promise<Response>): void
  }
}
