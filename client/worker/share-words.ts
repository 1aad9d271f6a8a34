import type { Genesis } from '../../protocol/genesis.ts'
import { safePath } from '../../protocol/safe-path.ts'
import { formatCount } from '../words.ts'

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
