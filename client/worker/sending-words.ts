import { unsentWords, type WordTable } from './problem.ts'

/** What to do about each fault of who sends. */
export const sendingWords: WordTable = {
  ...unsentWords,
  FILE_CHANGED: {
    title: 'A file changed while it was being sent',
    next: 'Send the files again once nothing writes to them.',
  },
  FILE_UNREADABLE: {
    title: 'A file cannot be read',
    next: 'Check that it is still there and that you may open it, then try again with the same files. One that changed must be sent as a new share.',
    // Another program may have it for a moment, or its disk is away.
    isPassing: true,
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
  DISK_FULL: {
    title: 'There is no room on this device',
    next: 'Free some space and try again: what the seeds already store is not sent twice. Private windows may keep too little.',
  },
  STORE_FULL: {
    title: 'The seeds have no room left',
    next: 'Try again later, or send less. What they already store stays stored.',
  },
}
