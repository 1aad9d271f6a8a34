import { TransferError } from '../../protocol/errors.ts'
import { decodeGenesis } from '../../protocol/genesis.ts'
import type { PickedFile } from './messages.ts'
import type { KeptSend } from './send-store.ts'
import { titleOf } from './share-words.ts'
import type { UnfinishedSnapshot } from './snapshot.ts'

/** What the page shows of an upload that was cut off. */
export function unfinishedOf({
  shareId,
  journal,
  startedAtMs,
  storedBytes,
  handles,
}: KeptSend): UnfinishedSnapshot {
  return {
    shareId,
    title: titleOf(journal.files),
    fileCount: journal.files.length,
    totalBytes: journal.files.reduce((sum, { size }) => sum + size, 0),
    storedBytes,
    startedAtMs,
    hasPassword: decodeGenesis(journal.genesisBytes).kdfLogN !== undefined,
    hasHandles: handles.length > 0 && handles.every((handle) => handle !== undefined),
  }
}

/**
 * The files as the browser kept them.
 *
 * @throws {TransferError} FILE_UNREADABLE
 */
export async function filesOfHandles({ journal, handles }: KeptSend): Promise<PickedFile[]> {
  const files = journal.files.map(async ({ path }, i) => {
    try {
      const file = await handles[i]?.getFile()
      return { path, file, size: file?.size ?? 0 }
    } catch (cause) {
      const message = 'The browser may no longer read the files by itself. Choose them again.'
      throw new TransferError('FILE_UNREADABLE', message, { cause })
    }
  })
  return Promise.all(files)
}

/** The picked files in the order of the share; what is missing or new shows as a difference. */
export function inOrder(kept: KeptSend, picked: readonly PickedFile[]): PickedFile[] {
  const byPath = new Map(picked.map((one) => [one.path, one]))
  const known = kept.journal.files.flatMap(({ path }) => byPath.get(path) ?? [])
  return known.length === picked.length ? known : [...picked]
}
