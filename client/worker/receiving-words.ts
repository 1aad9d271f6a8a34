import { TransferError, type FaultCode } from '../../protocol/errors.ts'
import type { DownloadFault } from './messages.ts'
import type { WordTable } from './problem.ts'
import { linkWords } from './receive-failure.ts'

/** What to do about each fault of who receives. */
export const receivingWords: WordTable = {
  ...linkWords,
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
