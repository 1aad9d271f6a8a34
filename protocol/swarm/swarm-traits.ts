import { PEER_REQUESTS_MAX, SEED_REQUESTS_MAX } from '../limits.ts'

/** What a person's device is to those who decide whom to ask. */
export const PEER_TRAITS = {
  runChunksMax: 1,
  runsMax: PEER_REQUESTS_MAX,
  hasSlots: true,
  isPeer: true,
}

/** What a seed is that is called over WebRTC. */
export const SEED_TRAITS = { runChunksMax: 1, runsMax: SEED_REQUESTS_MAX, hasSlots: true }
