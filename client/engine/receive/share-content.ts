import { TransferError } from '../../../protocol/errors.ts'
import { openContentKeys, type ContentKeys } from '../../../protocol/key-schedule.ts'
import type { Bytes } from '../../../protocol/bytes.ts'
import { openPublishedIndex } from '../../../protocol/published.ts'
import { checkStream } from '../../../protocol/stream.ts'
import type { ShareSession } from './share-session.ts'
import { StreamLayout } from './stream-layout.ts'

/** A share as a reader with its keys knows it. */
export type ShareContent = Readonly<{
  session: ShareSession
  keys: ContentKeys
  layout: StreamLayout
}>

/**
 * Asks for the password.
 *
 * @param isRetry - The last one was wrong.
 * @returns undefined if there is none to give: then the share stays closed.
 */
export type AskPassword = (isRetry: boolean) => Promise<string | undefined>

/**
 * Opens the keys, and checks them against the genesis: from then on the password is known to be right.
 *
 * @param secret - S of the link.
 * @throws {TransferError} PASSWORD_NEEDED, PASSWORD_WRONG, LINK_INVALID; what ends the session.
 */
export async function openKeys(
  session: ShareSession,
  secret: Bytes,
  askPassword: AskPassword,
): Promise<ContentKeys> {
  const genesis = await session.genesis()
  let password = genesis.kdfLogN === undefined ? undefined : await askPassword(false)
  for (;;) {
    try {
      return await openContentKeys(genesis, secret, password)
    } catch (cause) {
      const isWrong = cause instanceof TransferError && cause.code === 'PASSWORD_WRONG'
      const next = isWrong ? await askPassword(true) : undefined
      if (next === undefined) throw cause
      password = next
    }
  }
}

/**
 * Opens the list of files, once there is one: it is checked against the owner's checkpoint, and every newer
 * checkpoint against it.
 *
 * @throws {TransferError} INDEX_INVALID, CHUNK_FORGED or CHECKPOINT_CONFLICT for what no honest sender publishes;
 *   what ends the session.
 */
export async function openContent(session: ShareSession, keys: ContentKeys): Promise<ShareContent> {
  const sealedIndex = await session.sealedIndex()
  const { accepted } = session.record
  if (accepted === undefined) throw new TransferError('CHUNK_MISSING', 'Nothing is published yet.')
  const index = await openPublishedIndex(accepted.checkpoint, keys, sealedIndex)
  session.listen({
    source: () => undefined,
    gone: () => undefined,
    published: ({ checkpoint }) => {
      try {
        checkStream(checkpoint, index)
      } catch (cause) {
        if (!(cause instanceof TransferError)) throw cause
        session.end(cause)
      }
    },
  })
  return { session, keys, layout: new StreamLayout(index) }
}
