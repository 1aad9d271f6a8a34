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
