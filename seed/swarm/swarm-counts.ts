/** What a seed does for its peers, for whoever watches it. */
export type SwarmCounts = {
  /** Connections that are made or being made. */
  links: number
  /** Calls since the start: answered, and turned away because there were too many. */
  answered: number
  refused: number
  /** Sealed bytes given to peers since the start. */
  sentBytes: number
}

export function createSwarmCounts(): SwarmCounts {
  return { links: 0, answered: 0, refused: 0, sentBytes: 0 }
}
