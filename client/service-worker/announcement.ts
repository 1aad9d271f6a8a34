import type { SaveAnnouncement } from './save-port.ts'

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/

/**
 * By hand, because a schema library would be most of the service worker, which every visitor loads.
 *
 * @returns undefined for anything else: other scripts of the origin may talk to a service worker too.
 */
export function parseAnnouncement(data: unknown): SaveAnnouncement | undefined {
  if (typeof data !== 'object' || data === null) return undefined
  const { type, id, name, bytes }: Partial<Record<string, unknown>> = { ...data }
  if (type === 'ping' || type === 'stopped') return { type }
  const isSave = type === 'save' && typeof id === 'string' && uuid.test(id)
  if (!isSave || typeof name !== 'string') return undefined
  if (typeof bytes !== 'number' || !Number.isSafeInteger(bytes) || bytes < 0) return undefined
  return { type, id, name, bytes }
}
