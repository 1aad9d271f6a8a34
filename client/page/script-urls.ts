import storeWorkerUrl from '../chunk-store/store-worker.ts?worker&url'
import type { DownloadFault } from '../worker/messages.ts'
import workerUrl from '../worker/worker.ts?worker&url'

const SERVICE_WORKER_URL = '/sw.js'

/** The part of Trusted Types used here; what it makes is opaque, and taken where a script URL is. */
type ScriptUrlPolicy = { createScriptURL(url: string): string }
type PolicyFactory = {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): ScriptUrlPolicy
}

declare global {
  interface Window {
    trustedTypes?: PolicyFactory
  }
}

/** The one policy of ours: it admits exactly the scripts that are ours. */
const rules: ScriptUrlPolicy = {
  createScriptURL(url) {
    if ([workerUrl, storeWorkerUrl, SERVICE_WORKER_URL].includes(url)) return url
    throw new TypeError('not one of our scripts')
  },
}
const policy = window.trustedTypes?.createPolicy('skerry', rules) ?? rules

export function createEngineWorker(): Worker {
  return new Worker(policy.createScriptURL(workerUrl), { type: 'module', name: 'skerry' })
}

/** A thread of its own, because its files are written synchronously. @returns The engine's end of it. */
export function createChunkStore(): MessagePort {
  const { port1, port2 } = new MessageChannel()
  const url = policy.createScriptURL(storeWorkerUrl)
  new Worker(url, { type: 'module', name: 'skerry chunks' }).postMessage('connect', [port2])
  return port1
}

/** One that is not running by then does not come. */
const READY_MS = 5000

/** Waits until our service worker runs, and not for ever: neither its script nor its start may come. */
export async function registerServiceWorker(): Promise<ServiceWorkerRegistration | DownloadFault> {
  if (!isSecureContext) return 'insecure'
  // Some browsers have none in private windows.
  const workers: ServiceWorkerContainer | undefined = navigator.serviceWorker
  if (workers === undefined) return 'refused'
  const start = async (): Promise<ServiceWorkerRegistration> => {
    const url = policy.createScriptURL(SERVICE_WORKER_URL)
    await workers.register(url, { scope: '/', updateViaCache: 'none' })
    return workers.ready
  }
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, READY_MS, undefined))
  try {
    // One that is late was not refused: at the next save it may be there.
    return (await Promise.race([start(), late])) ?? 'unloaded'
  } catch (cause) {
    // So browsers name a script that they could not fetch.
    return cause instanceof TypeError ? 'unloaded' : 'refused'
  }
}
