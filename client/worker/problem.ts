import { TransferError, type FaultCode } from '../../protocol/errors.ts'
import type { ShareEnd } from '../engine/send/send-session.ts'
import type { DownloadFault } from './messages.ts'
import type { Problem } from './snapshot.ts'

type Words = Readonly<{ title: string; next: string }>

/** Where in the page it went wrong: the same fault asks for another next step. */
export type ProblemPlace = 'send' | 'receive'

const sending: Partial<Record<FaultCode, Words>> = {
  FILE_CHANGED: {
    title: 'A file changed while it was being sent',
    next: 'Send the files again once nothing writes to them.',
  },
  FILE_UNREADABLE: {
    title: 'A file cannot be read',
    next: 'Check that it is still there and that you may open it, then try again with the same files. One that changed must be sent as a new share.',
  },
  FILES_DIFFER: {
    title: 'These are not the same files',
    next: 'Choose files of this share, unchanged, or forget the unfinished share and send anew.',
  },
  INDEX_INVALID: {
    title: 'These files do not fit into one share',
    next: 'Send fewer at once, or put them into one archive. Your files stay chosen.',
  },
  USAGE: {
    title: 'This network does not offer what you chose',
    next: 'Change it under Options and send again. Your files stay chosen.',
  },
  GRANT_INVALID: {
    title: 'The seeds do not let this share in',
    next: 'Send the files again as a new share. If it stays like this, tell whoever runs this network.',
  },
  SHARE_EXPIRED: {
    title: 'This share has expired',
    next: 'The seeds keep it no longer. Send the files again as a new share.',
  },
  SHARE_DELETED: {
    title: 'This share was deleted',
    next: 'Whoever has its owner link can do that. Send the files again if somebody still needs them.',
  },
  NOTHING_TO_SEND: {
    title: 'There is nothing to send',
    next: 'Choose at least one file or folder.',
  },
  POLICY_UNMET: {
    title: 'Not enough seeds for what you chose',
    next: 'Allow more countries or fewer copies, or try again later.',
  },
  TOKEN_WRONG: {
    title: 'This network did not take the access code',
    next: 'Type it again as you got it, or ask whoever runs this network for a new one. Your files stay chosen.',
  },
  SHARE_TOO_LARGE: {
    title: 'This is more than this network takes at once',
    next: 'Leave something out, or send it as several shares.',
  },
  NETWORK_UNREACHABLE: {
    title: 'The network cannot be reached',
    next: 'Check your connection. Nothing has been sent yet; your files are untouched.',
  },
  SHARE_MISSING: {
    title: 'This share is no longer unfinished',
    next: 'If nobody can open it, send the files again as a new share.',
  },
  FOLDER_IN_USE: {
    title: 'Another tab is sending this share',
    next: 'Go on in that tab, or close it and try here again.',
  },
  PASSWORD_WRONG: {
    title: 'That is not the password of this share',
    next: 'Type the one that you gave it when you sent it first.',
  },
  PASSWORD_NEEDED: {
    title: 'This share has a password',
    next: 'Type the one that you gave it when you sent it first.',
  },
  NETWORK_MISMATCH: {
    title: 'This is not the network that this browser knew',
    next: "Ask whoever runs it. If it was made anew on purpose, clear this site's data in the browser.",
  },
  DISK_FULL: {
    title: 'There is no room on this device',
    next: 'Free some space and try again: what the seeds already store is not sent twice. Private windows may keep too little.',
  },
  STORE_FULL: {
    title: 'The seeds have no room left',
    next: 'Try again later, or send less. What they already store stays stored.',
  },
}

const receiving: Partial<Record<FaultCode, Words>> = {
  LINK_INVALID: {
    title: 'This link does not work as it is',
    next: 'Copy the whole link again from where you got it, or ask the sender for it.',
  },
  LINK_WRONG_KIND: {
    title: 'This is not a link to read files with',
    next: 'Ask the sender for the link to share. An owner link is only for its owner.',
  },
  NETWORK_MISMATCH: {
    title: 'This is not the network that this browser knew',
    next: "Ask whoever sent you the link. If the network was made anew on purpose, clear this site's data in the browser.",
  },
  BROWSER_UNFIT: {
    title: 'This browser cannot save it here',
    next: 'Open the link in an ordinary window, or in another browser. What a folder does not take can be saved as a zip.',
  },
  ORIGIN_INSECURE: {
    title: 'Nothing can be saved from an address with http://',
    next: 'Open the same link with https:// instead. If there is none, ask whoever runs this network.',
  },
  DOWNLOAD_ENDED: {
    title: 'The browser ended this download',
    next: 'Look at its list of downloads, make room if the disk is full, and save again: pieces that were kept are not fetched twice.',
  },
  SHARE_MISSING: {
    title: 'No seed knows this share',
    next: 'If it was made on another network, open it there. If it was just made, try again in a moment; if it is old, ask the sender to send it again.',
  },
  SHARE_EXPIRED: {
    title: 'This share has expired',
    next: 'The seeds no longer serve it. Ask the sender to send it again.',
  },
  SHARE_DELETED: {
    title: 'The sender deleted this share',
    next: 'Nothing of it can be saved any more. Ask the sender if you still need it.',
  },
  SHARE_TAKEN_DOWN: {
    title: 'An operator took this share down',
    next: 'Its seeds do not serve it. The sender can tell you more.',
  },
  CHECKPOINT_CONFLICT: {
    title: 'The sender published two different contents',
    next: 'Do not trust either. Ask the sender to send it again under a new link.',
  },
  INDEX_INVALID: {
    title: 'The sender did not make this share as it must be',
    next: 'Nothing can be saved of it. Ask the sender to send it again under a new link.',
  },
  CHUNK_FORGED: {
    title: 'The sender published something that cannot be opened',
    next: 'Ask the sender to send it again under a new link.',
  },
  FILE_UNREADABLE: {
    title: 'This cannot be written where you chose',
    next: 'See that the folder is there and let the browser write to it, or choose another folder, and save again.',
  },
  TARGET_EXISTS: {
    title: 'That folder has such a file already',
    next: 'Choose another folder, or move the file away.',
  },
  DISK_FULL: {
    title: 'There is no room on this device',
    next: 'Free some space and save again: pieces that were kept are not fetched twice.',
  },
}

const anywhere: Partial<Record<FaultCode, Words>> = {
  SEED_UNREACHABLE: {
    title: 'No seed answers',
    next: 'Check your connection and try again. Nothing that was stored is lost.',
  },
  NETWORK_UNREACHABLE: {
    title: 'The network cannot be reached',
    next: 'Check your connection and try again.',
  },
  TOO_MANY_REQUESTS: {
    title: 'The network asks for patience',
    next: 'It has a lot to do. Try again in a minute.',
  },
}

const unknown: Words = {
  title: 'That did not work',
  next: 'Try again. If it stays like this, tell whoever runs this network.',
}

/** What a person is told about a failure. A mistake of ours is said as one, and never with its stack. */
export function problemOf(cause: unknown, place: ProblemPlace): Problem {
  if (!(cause instanceof TransferError)) {
    return { ...unknown, detail: 'Something unexpected happened in this page.', canRetry: true }
  }
  const words =
    (place === 'send' ? sending : receiving)[cause.code] ?? anywhere[cause.code] ?? unknown
  // A file that another program has for a moment, or a disk that is away, is there again later.
  const isPassing = place === 'send' && cause.code === 'FILE_UNREADABLE'
  return { ...words, detail: cause.message, canRetry: cause.fault.retry || isPassing }
}

/** Whether the link of a share that failed so leads nowhere, and never will again. */
export function hasDeadLink(cause: unknown): boolean {
  if (!(cause instanceof TransferError)) return false
  if (cause.code === 'SHARE_DELETED' || cause.code === 'SHARE_EXPIRED') return true
  // What was whole before the files changed stays, and so does what no seed could be told of.
  const givenUp: ShareEnd = 'givenUp'
  return cause.details['end'] === givenUp
}

const downloadFaults = {
  insecure: ['ORIGIN_INSECURE', 'Browsers let only pages from https:// stream to their downloads.'],
  refused: [
    'BROWSER_UNFIT',
    'This browser keeps pages from streaming to its downloads here, as private windows often do.',
  ],
  unloaded: [
    'NETWORK_UNREACHABLE',
    'The part of this page that hands files to the browser did not load.',
  ],
  ended: ['DOWNLOAD_ENDED', 'Its disk may be full, or it was cancelled or blocked there.'],
} as const satisfies Record<DownloadFault, readonly [FaultCode, string]>

/** ORIGIN_INSECURE, BROWSER_UNFIT, NETWORK_UNREACHABLE or DOWNLOAD_ENDED: what the browser did, and not the person. */
export function downloadFault(fault: DownloadFault): TransferError {
  const [code, message] = downloadFaults[fault]
  return new TransferError(code, message)
}
