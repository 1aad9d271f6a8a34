const MBIT_PER_MS = 125

/** The lines of the crowd that the swarm is measured with, bytes a ms: 20/200 Mbit/s, and of a fifth of them 2/20. */
export const FAST = { upPerMs: 20 * MBIT_PER_MS, downPerMs: 200 * MBIT_PER_MS }
export const SLOW = { upPerMs: 2 * MBIT_PER_MS, downPerMs: 20 * MBIT_PER_MS }
export const SLOW_SHARE = 0.2
/** One of its two seeds, 1 Gbit/s. */
export const SEED = { upPerMs: 1000 * MBIT_PER_MS, readsMax: 128 }
