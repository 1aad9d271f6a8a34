import * as v from 'valibot'
import type { Bytes } from '../../protocol/bytes.ts'

/** What the service worker asks over a save's port: one part at a time, so that the disk sets the pace. */
export type SaveAsk = 'pull' | 'cancel'

/** What the worker answers to a `pull`. `end` comes only after the last verified byte. */
export type SaveAnswer =
  | Readonly<{ type: 'part'; bytes: Bytes }>
  | Readonly<{ type: 'end' }>
  | Readonly<{ type: 'failed'; message: string }>

/** What the page tells the service worker; the port of the save travels with `save`. */
export type SaveAnnouncement =
  | Readonly<{ type: 'save'; id: string; name: string; bytes: number }>
  /** Keeps the service worker alive: browsers end one that has had no event for half a minute. */
  | Readonly<{ type: 'ping' }>

/** Where the one-time downloads live. */
export const SAVE_PATH = '/save/'

const announcementSchema = v.variant('type', [
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
  const result = v.safeParse(announcementSchema, data)
  return result.success ? result.output : undefined
}
