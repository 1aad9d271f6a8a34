import type { Checkpoint } from '../../protocol/checkpoint.ts'
import type { Genesis } from '../../protocol/genesis.ts'
import { safePath } from '../../protocol/safe-path.ts'
import { formatCount } from '../words.ts'
import type { LiveNews } from './snapshot.ts'

/** No sender that is there says nothing for so long, but over the slowest lines. */
const QUIET_MS = 120_000

/** What a share is called: its one file, its one folder, or how many files it has. */
export function titleOf(files: readonly Readonly<{ path: string }>[]): string {
  const [first] = files
  if (first === undefined) return 'Nothing'
  const folder = first.path.split('/')[0] ?? ''
  if (files.length === 1) return safePath(first.path)
  const isOneFolder =
    first.path.includes('/') && files.every(({ path }) => path.startsWith(`${folder}/`))
  if (isOneFolder) return safePath(folder)
  return formatCount(files.filter(({ path }) => !path.endsWith('/')).length, 'file')
}

/** `2 copies in 2 countries`. */
export function policyText({ replicas, jurisdictions }: Genesis): string {
  if (replicas === 1) return 'one copy'
  const countries = jurisdictions === 1 ? 'any country' : `${jurisdictions} countries`
  return `${replicas} copies in ${countries}`
}

/** @param checkpoint - The newest one known. @returns undefined if nothing more is to come. */
export function liveNews(
  checkpoint: Pick<Checkpoint, 'state' | 'issuedAtMs'> | undefined,
  nowMs: number,
): LiveNews | undefined {
  if (checkpoint?.state !== 'open') return undefined
  const lastMs = checkpoint.issuedAtMs
  return { lastMs, isQuiet: nowMs - lastMs > QUIET_MS }
}
