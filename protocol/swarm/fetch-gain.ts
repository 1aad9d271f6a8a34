import type { FetchSource } from './fetch-source.ts'

/** Asking once more must win at least so much: what comes twice is paid for. */
export const RESCUE_GAIN_MS = 500

/** When it will have brought one chunk more. */
function expectedMs({ traits, rate, runs }: FetchSource): number {
  return traits.hasSlots === true
    ? rate.wholeMs * (runs.size + 1)
    : rate.latencyMs + rate.chunkMs * (runs.size + 1)
}

/** The least that another must still need for a chunk, if this source is to be asked in its place. */
export function worthMs(source: FetchSource): number {
  return 2 * expectedMs(source) + RESCUE_GAIN_MS
}
