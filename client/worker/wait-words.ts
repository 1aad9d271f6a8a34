import type { Download } from '../engine/receive/download.ts'

/** Why a download does not move, in words. Undefined while it does. */
export function waitText(wait: Download['wait']): string | undefined {
  switch (wait?.reason) {
    case undefined:
      return undefined
    case 'checking':
      return 'Checking what is here from before.'
    case 'no-source':
      return 'Looking for a seed that has it.'
    case 'unreachable':
      return 'No seed answers just now; trying again. What is here is kept.'
    case 'dishonest':
      return 'All seeds that answered sent wrong pieces. Waiting for another one.'
    case 'not-there':
      return 'The seeds that answer do not have the next piece yet.'
    case 'unpublished':
      return 'Everything sent so far is here. Waiting for the sender.'
    case 'saving':
      return 'Waiting for the disk.'
    case 'silent':
      return 'The seeds were asked and have not answered yet.'
  }
}
