import { expect, it } from 'vitest'
import { SimulatedStory } from './simulated-story.ts'

// Crashes, emptied disks, lost seeds, partitions, draining, deletions missed, clocks a day apart: one at a time,
// whatever was acknowledged stays, the last copies are never let go, and the owner's last word reaches everybody.
it.each(Array.from({ length: 10 }, (_, i) => i + 1))(
  'keeps what was stored and forgets what was deleted, seed %i',
  (seed) => {
    const story = new SimulatedStory(seed)
    story.tell()
    expect(story.network.broken).toEqual([])
    expect(story.disagreements()).toEqual([])
    expect(story.owners.some(({ isStored }) => isStored)).toBe(true)
  },
)
