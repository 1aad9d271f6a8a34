import * as v from 'valibot'
import type { SaveAnnouncement } from './save-port.ts'

const schema = v.variant('type', [
  v.object({
    type: v.literal('save'),
    id: v.pipe(v.string(), v.uuid()),
    name: v.string(),
    bytes: v.number(),
  }),
  v.object({ type: v.literal('ping') }),
])

/** @returns undefined for anything else: other scripts of the origin may talk to a service worker too. */
export function parseAnnouncement(data: unknown): SaveAnnouncement | undefined {
  const result = v.safeParse(schema, data)
  return result.success ? result.output : undefined
}
