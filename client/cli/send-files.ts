import type { FileSource } from '../engine/file-source.ts'
import { readFileTree } from '../node/file-tree.ts'
import { Spool } from '../node/spool.ts'
import { openStateDir } from '../node/state-dir.ts'

/** What a command line names. */
export type GatheredFiles = AsyncDisposable &
  Readonly<{
    files: readonly FileSource[]
    /** False for standard input, which cannot be read again. */
    isRepeatable: boolean
  }>

/** What standard input is called in a share. */
const INPUT_NAME = 'stdin'

/**
 * Finds the files to send; standard input is taken to the disk first, because sizes are fixed before sending.
 *
 * @throws {TransferError} FILE_UNREADABLE, USAGE, SHARE_TOO_LARGE, DISK_FULL
 */
export async function gatherFiles(
  paths: readonly string[],
  signal: AbortSignal,
): Promise<GatheredFiles> {
  await using stack = new AsyncDisposableStack()
  const real: string[] = []
  for (const path of paths) {
    if (path !== '-') real.push(path)
    else real.push(stack.use(await takeInput(signal)).path)
  }
  const files = await readFileTree(real)
  const kept = stack.move()
  return {
    files,
    isRepeatable: !paths.includes('-'),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

async function takeInput(signal: AbortSignal): Promise<Spool> {
  return Spool.take(process.stdin, { dir: await openStateDir('spool'), name: INPUT_NAME, signal })
}
