/** Besides what goes to seeds, so much of it may go to peers: somebody among them may reach no seed. */
const PEER_SHARE = 1 / 64

export type SenderView = Readonly<{
  /** How much of the share one seed at least has, 0 to 1. */
  storedShare: number
  /** What peers were given, in shares: 1 is as much as there is. */
  givenShare: number
  /** No seed takes anything now. */
  isStalled: boolean
}>

/**
 * Whether a sender gives chunks to peers now. While it uploads its line is for the seeds: what goes there once reaches
 * everybody from there, and what peers get from here besides makes all of them wait.
 */
export function mayGive({ storedShare, givenShare, isStalled }: SenderView): boolean {
  return isStalled || storedShare >= 1 || givenShare < PEER_SHARE * storedShare
}
