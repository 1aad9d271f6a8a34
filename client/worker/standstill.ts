import type { Frontier } from '../engine/send/frontier.ts'

/** A slow line takes as long for what is sent at once. */
const STILL_MS = 20_000
const TEXT =
  'Nothing has arrived at a seed for a while: the line is slow, or they do not answer. It goes on by itself.'

/** Notices that an upload stands still, where nobody gives a reason: a seed may take a body and never say so. */
export class Standstill {
  #bytes = 0
  #movedAtMs: number

  constructor(nowMs: number) {
    this.#movedAtMs = nowMs
  }

  /** @returns What to say, undefined while it moves. */
  take({ onceBytes, policyBytes }: Frontier, nowMs: number): string | undefined {
    const bytes = onceBytes + policyBytes
    if (bytes !== this.#bytes) this.#movedAtMs = nowMs
    this.#bytes = bytes
    return nowMs - this.#movedAtMs < STILL_MS ? undefined : TEXT
  }

  /** What was waited for so far has another reason. */
  excuse(nowMs: number): void {
    this.#movedAtMs = nowMs
  }
}
