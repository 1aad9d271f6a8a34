import { TransferError } from '../../protocol/errors.ts'
import { decodeGenesis } from '../../protocol/genesis.ts'
import type { PickedFile } from './messages.ts'
import type { PickedAgain } from './picked-again.ts'
import type { KeptSend } from './send-store.ts'
import { titleOf } from './share-words.ts'
import type { UnfinishedSnapshot } from './snapshot.ts'

/** What the page shows of an upload that was cut off. */
export function unfinishedOf(
  kept: KeptSend,
  again: PickedAgain,
  nowMs: number,
): UnfinishedSnapshot {
  const { shareId, journal, startedAtMs, storedBytes } = kept
  return {
    shareId,
    title: titleOf(journal.files),
    fileCount: journal.files.length,
    totalBytes: journal.files.reduce((sum, { size }) => sum + size, 0),
    storedBytes,
    startedAtMs,
    hasExpired: journal.expiresAtMs <= nowMs,
    hasPassword: decodeGenesis(journal.genesisBytes).kdfLogN !== undefined,
    hasFiles: handlesOf(kept) !== undefined || again.isWhole,
    missing: again.missing,
  }
}

/** @returns undefined unless the browser kept one of each file; an empty folder needs none. */
export function handlesOf({ journal, handles }: KeptSend): FileSystemFileHandle[] | undefined {
  const fileCount = journal.files.filter(({ path }) => !path.endsWith('/')).length
  const known = handles.filter((handle) => handle !== undefined)
  return known.length === fileCount ? known : undefined
}

/**
 * The files as the browser kept them.
 *
 * @throws {TransferError} FILE_UNREADABLE
 */
export async function filesOfHandles({ journal, handles }: KeptSend): Promise<PickedFile[]> {
  const files = journal.files.map(async ({ path }, i) => {
    try {
      const handle = handles[i]
      const file = await handle?.getFile()
      const size = file?.size ?? 0
      // With it, a file that can be read no more is known to have changed.
      return { path, file, size, ...(handle === undefined ? {} : { handle }) }
    } catch (cause) {
      const message = 'The browser may no longer read the files by itself. Choose them again.'
      throw new TransferError('FILE_UNREADABLE', message, { cause })
    }
  })
  return Promise.all(files)
}
