import { TransferError } from '../../protocol/errors.ts'
import { decodeGenesis, shareIdOf } from '../../protocol/genesis.ts'
import { deriveHelpKey, deriveReadToken } from '../../protocol/key-schedule.ts'
import { GIVE_UP_MS, giveUpShare } from '../engine/custody/owner-action.ts'
import type { FileSource } from '../engine/file-source.ts'
import type { Network } from '../engine/network.ts'
import { changedFile, type SendJournal } from '../engine/send/journal.ts'
import { restorePlan } from '../engine/send/share-plan.ts'
import type { FoundJournal } from '../node/send-journal.ts'
import type { Output } from './output.ts'
import type { BegunShare } from './begin-send.ts'

export type ResumeQuestion = Readonly<{
  files: readonly FileSource[]
  password: string | undefined
  network: Network
  output: Output
}>

/**
 * Goes on with a share that an earlier run left unfinished, if the files are still the same.
 *
 * @returns undefined if they are not: the old share is given up, which is said.
 * @throws {TransferError} PASSWORD_WRONG: another password is another share, and was hardly meant.
 */
export async function resumeShare(
  { slot, journal, mark }: FoundJournal,
  { files, password, network, output }: ResumeQuestion,
): Promise<BegunShare | undefined> {
  const { ownerSeed, secret, grant } = journal
  try {
    const changed = changedFile(journal.files, files)
    if (changed === undefined) {
      const kept = { ...journal, secrets: { ownerSeed, secret } }
      const plan = await restorePlan(kept, files, password)
      output.event({ event: 'note', message: 'Going on with the share that was cut off.' })
      const release = (): Promise<void> => slot[Symbol.asyncDispose]()
      return { plan, slot, resumption: { mark, grant }, [Symbol.asyncDispose]: release }
    }
    await slot.remove()
    const fate = await giveUp(journal, network)
    const message = `An unfinished share of the same files was found, but ${changed}. ${fate} A new one is made.`
    output.event({ event: 'warning', code: 'FILES_DIFFER', message })
  } catch (cause) {
    await slot[Symbol.asyncDispose]()
    throw cause
  }
  await slot[Symbol.asyncDispose]()
  return undefined
}

/** @returns What became of it, in words. */
async function giveUp(journal: SendJournal, network: Network): Promise<string> {
  const { genesisBytes, ownerSeed, secret } = journal
  const genesis = decodeGenesis(genesisBytes)
  const readToken = deriveReadToken(deriveHelpKey(secret), genesis.salt)
  const share = { shareId: shareIdOf(genesisBytes), genesis, readToken, ownerSeed }
  const ports = { nowMs: Date.now, signal: AbortSignal.timeout(GIVE_UP_MS) }
  try {
    const isGivenUp = await giveUpShare(share, network, ports)
    return isGivenUp
      ? 'It is given up, and its link no longer works.'
      : 'The seeds keep that one as it was.'
  } catch (cause) {
    if (!(cause instanceof TransferError)) throw cause
    return 'What the seeds have of it expires by itself.'
  }
}
