import { ok } from 'node:assert/strict'
import type { CaseContext } from '../case-runner.ts'
import { hearFuzzedFrames } from '../scenario/fuzzed-frames.ts'

export const title = 'D06: of 1,000,000 fuzzed frames none throws anything but FRAME_INVALID'

const SEEDS = 100
const FRAMES = 10_000

export async function run({ note }: CaseContext): Promise<string> {
  let taken = 0
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    if (seed % 25 === 0) note(`${seed * FRAMES} frames`)
    taken += hearFuzzedFrames(seed, FRAMES).taken
  }
  ok(taken > 0, 'some are frames after all')
  return `${SEEDS * FRAMES} frames, ${SEEDS * FRAMES - taken} refused, ${taken} taken and spelt the same`
}
