import type { TransferError } from '../../protocol/errors.ts'
import type { Seed } from '../../protocol/record/directory.ts'
import type { RosterEntry } from '../engine/receive/seed-roster.ts'
import type { ShareSession } from '../engine/receive/share-session.ts'
import { seedName } from '../engine/seed-name.ts'

type WaitedShare = Pick<ShareSession, 'entries' | 'knownRecord'>

/** Why nothing of a share can be fetched yet. */
export function openingText({ entries, knownRecord }: WaitedShare): string {
  if (entries.length === 0) return 'This network has no seed that can be reached.'
  if (entries.some(({ phase }) => phase === 'ready')) {
    const isSent = (knownRecord?.accepted?.checkpoint.chunkCount ?? 0) > 0
    if (isSent) return 'Asking the seeds for the list of files.'
    return 'The sender has not sent anything yet. It starts as soon as they do.'
  }
  if (entries.every(({ fault }) => fault === undefined)) return 'Asking the seeds.'
  if (entries.every(({ fault }) => fault?.code === 'SHARE_MISSING')) {
    return 'The seeds do not know this share yet. If it was just made, it appears in a moment.'
  }
  return `No seed can give the share yet; trying again. ${faultText(entries)}`
}

/** @returns What is added to why it waits: what is the matter with its seeds, empty if nothing is. */
export function withFaults(text: string | undefined, { entries }: WaitedShare): string | undefined {
  const faults = faultText(entries)
  return text === undefined || faults === '' ? text : `${text} ${faults}`
}

function faultText(entries: readonly RosterEntry[]): string {
  const failed = entries.flatMap(({ seed, fault }) => {
    return fault === undefined ? [] : [`${seedName(seed)}: ${reasonText(seed, fault)}`]
  })
  return failed.slice(0, 3).join(' ')
}

/** A seed that is away is tried one way and the other, and each fails in its own words: that is no news. */
function reasonText({ urls }: Seed, { code, message }: TransferError): string {
  if (code !== 'SEED_UNREACHABLE') return message
  return `${URL.parse(urls[0] ?? '')?.host ?? 'It'} cannot be reached.`
}
