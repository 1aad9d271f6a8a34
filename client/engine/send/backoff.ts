import type { Bytes } from '../../../protocol/bytes.ts'

const FIRST_MS = 250
const MAX_MS = 10_000

/**
 * How long to wait before try `tries` + 1: doubling, capped, and spread so that those who lost the same seed do
 * not all come back at once.
 *
 * @param tries - How many failed in a row, 1 at least.
 * @param random - 0 to 1.
 */
export function backoffMs(tries: number, random: number): number {
  const fullMs = Math.min(MAX_MS, FIRST_MS * 2 ** Math.min(tries - 1, 16))
  return Math.round(fullMs * (0.5 + random / 2))
}

/** 0 to 1, for spreading only. */
export function randomFraction(randomBytes: (count: number) => Bytes): number {
  return (randomBytes(1)[0] ?? 0) / 255
}
