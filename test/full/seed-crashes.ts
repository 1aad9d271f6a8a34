import type { CaseContext } from '../case-runner.ts'
import { crashSeed } from '../scenario/seed-crashes.ts'

export const title =
  'F01: a seed killed at 1,000 random moments of uploads loses nothing and serves nothing torn'

export async function run({ dir, note }: CaseContext): Promise<string> {
  const figures = await crashSeed({ dir, kills: 1000, seed: 2, note })
  const { kills, wholeShares, checkedChunks } = figures
  return `${kills} kills, ${wholeShares} shares whole, ${checkedChunks} chunks read and right`
}
