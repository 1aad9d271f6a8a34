import type { Bytes } from '../../protocol/bytes.ts'

/** What the service worker asks over a save's port: one part at a time, so that the disk sets the pace. */
export type SaveAsk =
  /**
   * With it the memory of a part that the browser has copied goes back. What is freed in a service worker of Chromium
   * stays until its collector comes: a save of 512 MiB grew the page by 172 MiB, and by 95 this way.
   */
  | Readonly<{ type: 'pull'; used: Bytes | undefined }>
  | Readonly<{ type: 'cancel' }>
  /** The browser has all of it: what happens to the page is nothing to it any more. */
  | Readonly<{ type: 'taken' }>

/** What the worker answers to a `pull`. `end` comes only after the last verified byte. */
export type SaveAnswer =
  | Readonly<{ type: 'part'; bytes: Bytes }>
  | Readonly<{ type: 'end' }>
  | Readonly<{ type: 'failed'; message: string }>

/** What the page tells the service worker; the port of the save travels with `save`. */
export type SaveAnnouncement =
  | Readonly<{ type: 'save'; id: string; name: string; bytes: number }>
  /** Keeps the service worker alive: browsers end one that has had no event for half a minute. Answered by `saves`. */
  | Readonly<{ type: 'ping' }>
  /** Nothing more comes from this page: its downloads fail. */
  | Readonly<{ type: 'stopped' }>

/** What the service worker tells the page. */
export type SaveNews =
  /** The download may start. */
  | Readonly<{ type: 'save-announced'; id: string }>
  /** The downloads that it answers. One that is missing ended, or went with a service worker that the browser ended. */
  | Readonly<{ type: 'saves'; ids: readonly string[] }>

/** Where the one-time downloads live. */
export const SAVE_PATH = '/save/'
