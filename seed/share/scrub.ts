import { randomBytes } from 'node:crypto'
import { formatHex } from '../../protocol/bytes.ts'
import { TransferError } from '../../protocol/errors.ts'
import { SHARE_ID_BYTES, type ShareId } from '../../protocol/share-id.ts'
import type { Share } from '../catalog/share.ts'
import { pause } from '../loop.ts'
import type { Copies } from './copies.ts'
import { sealedChunkBytes } from './data-layout.ts'
import { standingNow, type ShareParts } from './share-parts.ts'
import type { ShareVerification } from './share-verification.ts'

type ScrubParts = Readonly<{
  parts: ShareParts
  copies: Copies
  verification: ShareVerification
  bytesPerSecond: number
}>

/** Reads everything that is held, slowly, so that rot is found while another seed still has a good copy. */
export class Scrub {
  readonly #with: ScrubParts

  constructor(options: ScrubParts) {
    this.#with = options
  }

  /** One round over all shares, from a random one on: a process that restarts often gets to all of them. */
  async run(signal: AbortSignal): Promise<void> {
    const { catalog } = this.#with.parts
    const start = formatHex(randomBytes(SHARE_ID_BYTES))
    for await (const id of catalog.listIds(start)) {
      if (signal.aborted) return
      await this.#scrub(id, signal)
    }
    for await (const id of catalog.listIds()) {
      if (signal.aborted || id >= start) return
      await this.#scrub(id, signal)
    }
  }

  async #scrub(id: ShareId, signal: AbortSignal): Promise<void> {
    const { parts, copies, verification } = this.#with
    const share = await parts.catalog.get(id)
    if (share === undefined || standingNow(parts, share) !== 'serve') return
    if (!share.isVerified) await verification.verify(id)
    if (!share.isVerified) return
    await copies.checkPresence(share)
    await ignoreMissing(copies.getIndex(share))
    for (let index = 0; index < share.chunkCount && !signal.aborted; index += 1) {
      if (!share.held.has(index)) continue
      if (!(await copies.isGood(share, index))) await copies.reportBad(share, index)
      await this.#slowDown(share, index, signal)
    }
  }

  async #slowDown({ checkpoint }: Share, index: number, signal: AbortSignal): Promise<void> {
    if (checkpoint === undefined) return
    const seconds = sealedChunkBytes(checkpoint, index) / this.#with.bytesPerSecond
    await pause(seconds * 1000, signal)
  }
}

/** A copy that turned out bad was reported already. */
async function ignoreMissing(read: Promise<unknown>): Promise<void> {
  try {
    await read
  } catch (cause) {
    if (!(cause instanceof TransferError)) throw cause
  }
}
