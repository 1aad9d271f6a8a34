import type { FetchWait, WaitedFor } from '../../protocol/swarm/fetch-wait.ts'
import type { Download } from '../engine/receive/download.ts'

/** By who is waited for: others with the link say themselves when it is somebody's turn. */
const words = {
  unreachable: {
    seeds: 'No seed answers just now; trying again. What is here is kept.',
    peers: 'The others who have it give none of it just now. What is here is kept.',
    both: 'No seed answers just now, and the others give none of it; trying again. What is here is kept.',
  },
  dishonest: {
    seeds: 'All seeds that answered sent wrong pieces. Waiting for another one.',
    peers:
      'All others who were here sent wrong pieces, of which none was kept. Waiting for a seed or somebody else.',
    both: 'All seeds and others that answered sent wrong pieces. Waiting for another one.',
  },
  'not-there': {
    seeds: 'The seeds that answer do not have the next piece yet.',
    peers: 'The others who are here do not have the next piece yet.',
    both: 'Neither the seeds that answer nor the others have the next piece yet.',
  },
  silent: {
    seeds: 'The seeds were asked and have not answered yet.',
    peers: 'The others who are here were asked and have not answered yet.',
    both: 'Seeds and others were asked and have not answered yet.',
  },
} as const satisfies Partial<Record<FetchWait['reason'], Record<WaitedFor, string>>>

/** Why a download does not move, in words. Undefined while it does. */
export function waitText(wait: Download['wait']): string | undefined {
  switch (wait?.reason) {
    case undefined:
      return undefined
    case 'checking':
      return 'Checking what is here from before.'
    case 'no-source':
      return 'Looking for a seed that has it.'
    case 'busy':
      return 'The seeds that answer have a lot to do just now; this waits its turn. What is here is kept.'
    case 'unreachable':
    case 'dishonest':
    case 'not-there':
    case 'silent':
      return words[wait.reason][wait.who]
    case 'unpublished':
      return 'Everything sent so far is here. Waiting for the sender.'
    case 'unsealed':
      return 'The last piece is saved once the sender has sent the whole share.'
    case 'saving':
      return 'Waiting for the disk.'
  }
}
