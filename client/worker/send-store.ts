import { createStore, del, entries, get, set } from 'idb-keyval'
import * as v from 'valibot'
import type { Bytes } from '../../protocol/bytes.ts'
import {
  formatJournal,
  parseJournal,
  type JournalSlot,
  type SendJournal,
  type SendMark,
} from '../engine/send/journal.ts'
import type { Resumption } from '../engine/send/send-session.ts'
import { isFileHandle } from '../file-handle.ts'
import { journals } from './browser-store.ts'
import { kept, keptAtBest } from './keeping.ts'

/** So long it is said that an upload has expired: then nothing is left of it anywhere. */
const EXPIRED_KEPT_MS = 86_400_000

const marks = createStore('skerry-marks', 'marks')

/** An upload that is not done, as the browser keeps it. */
export type KeptSend = Readonly<{
  shareId: string
  journal: SendJournal
  startedAtMs: number
  mark: SendMark | undefined
  /** How much of the files was on a seed when the page was last alive. */
  storedBytes: number
  /** One for each file, where the browser gave any. */
  handles: readonly (FileSystemFileHandle | undefined)[]
}>

/** What an upload begins with, besides its plan. */
export type RunStart = Readonly<{
  handles: KeptSend['handles']
  startedAtMs: number
  resumption: Resumption | undefined
  /** The network's leave, where it was asked for already. */
  grant?: Bytes | undefined
}>

const sendSchema = v.object({
  journal: v.string(),
  startedAtMs: v.number(),
  handles: v.array(v.optional(v.custom<FileSystemFileHandle>(isFileHandle))),
})
const markSchema = v.object({
  mark: v.optional(v.object({ seq: v.number(), chunkCount: v.number() })),
  storedBytes: v.number(),
})

/** The journal of one share in this browser. */
export class BrowserJournal implements JournalSlot {
  readonly #shareId: string
  readonly #handles: KeptSend['handles']
  readonly #startedAtMs: number
  storedBytes = 0

  constructor(shareId: string, handles: KeptSend['handles'], startedAtMs: number) {
    this.#shareId = shareId
    this.#handles = handles
    this.#startedAtMs = startedAtMs
  }

  async save(journal: SendJournal): Promise<void> {
    const start = { startedAtMs: this.#startedAtMs, handles: this.#handles }
    await kept(() => set(this.#shareId, { ...start, journal: formatJournal(journal) }, journals))
  }

  async mark(mark: SendMark): Promise<void> {
    await kept(() => set(this.#shareId, { mark, storedBytes: this.storedBytes }, marks))
  }

  async remove(): Promise<void> {
    await forgetSend(this.#shareId)
  }
}

/**
 * Every upload that is not done, newest first; what cannot be read any more is left out. Forgets those that expired
 * long ago, whose keys are of no use: no share is extended before it is stored.
 */
export async function listSends(nowMs = Date.now()): Promise<KeptSend[]> {
  const all = (await keptAtBest(() => entries<string, unknown>(journals))) ?? []
  const sends = await Promise.all(all.map(([shareId, value]) => parseKept(shareId, value)))
  const known = sends.filter((send) => send !== undefined)
  const isOver = ({ journal }: KeptSend): boolean => journal.expiresAtMs + EXPIRED_KEPT_MS <= nowMs
  await Promise.all(known.filter(isOver).map(({ shareId }) => forgetSend(shareId)))
  return known.filter((send) => !isOver(send)).toSorted((a, b) => b.startedAtMs - a.startedAtMs)
}

export async function forgetSend(shareId: string): Promise<void> {
  await keptAtBest(() => Promise.all([del(shareId, journals), del(shareId, marks)]))
}

async function parseKept(shareId: string, value: unknown): Promise<KeptSend | undefined> {
  try {
    const { journal, startedAtMs, handles } = v.parse(sendSchema, value)
    const marked = v.safeParse(markSchema, await get(shareId, marks))
    const { mark, storedBytes } = marked.success
      ? marked.output
      : { mark: undefined, storedBytes: 0 }
    return { shareId, journal: parseJournal(journal), startedAtMs, mark, storedBytes, handles }
  } catch {
    // Written by another version: it cannot be gone on with, and another version may still want it.
    return undefined
  }
}

/** Of what the browser could not keep: the seeds know how far it came. */
export function forgotten(): RunStart {
  const resumption = { mark: { seq: 0, chunkCount: 0 }, grant: undefined }
  return { handles: [], startedAtMs: Date.now(), resumption }
}

/** An upload that goes on from where it was kept. */
export function startOf({
  mark = { seq: 0, chunkCount: 0 },
  journal,
  ...start
}: KeptSend): RunStart {
  return { ...start, resumption: { mark, grant: journal.grant } }
}
