import { describe, expect, it } from 'vitest'
import { IceServers } from '../../../client/cli/ice-servers.ts'
import { openNetwork, type KeptNetwork, type Network } from '../../../client/engine/network.ts'
import { TURN_CREDENTIAL_LIFE_MS } from '../../../protocol/limits.ts'
import { NOW_MS } from '../../protocol/owner.ts'
import { ListeningSignal } from '../../signal/listening-signal.ts'

const turn = { urls: ['turn:turn.example?transport=tcp'], secret: 'north' }
const pace = { renewMs: 20, retryMs: 20 }

/** A signal server whose clock a test sets, and what a command keeps of it. */
async function openTurn(): Promise<{
  signal: ListeningSignal
  clock: { nowMs: number }
  refresh: () => Promise<Network>
}> {
  const clock = { nowMs: NOW_MS }
  const signal = await ListeningSignal.start({ turn, nowMs: () => clock.nowMs })
  let kept: KeptNetwork | undefined
  const store = {
    load: async () => kept,
    save: async (_url: string, newer: KeptNetwork) => {
      kept = newer
    },
  }
  return { signal, clock, refresh: () => openNetwork(store, signal.url) }
}

/** When leave ends, ms. */
function endMs({ servers }: IceServers): number {
  return Number(servers[0]?.username) * 1000
}

describe('leave to use a TURN server', () => {
  it('is renewed while a command lives, so that it never ends under it', async () => {
    const { signal, clock, refresh } = await openTurn()
    await using _ = signal
    using ice = new IceServers({ network: await refresh(), refresh }, pace)
    for (let day = 0; day < 3; day += 1) {
      clock.nowMs += TURN_CREDENTIAL_LIFE_MS
      await expect.poll(() => endMs(ice)).toBeGreaterThan(clock.nowMs)
    }
  })

  it('is asked for at once where all that is known is from another day', async () => {
    const { signal, clock, refresh } = await openTurn()
    await using _ = signal
    const network = { ...(await refresh()), isFresh: false }
    clock.nowMs += 24 * 3_600_000
    using ice = new IceServers({ network, refresh })
    expect(endMs(ice)).toBeLessThan(clock.nowMs)
    await expect.poll(() => endMs(ice)).toBeGreaterThan(clock.nowMs)
  })

  it('is asked for again and again while the signal server is away, and used as it is meanwhile', async () => {
    const { signal, clock, refresh } = await openTurn()
    await using _ = signal
    const network = await refresh()
    let asked = 0
    const counted = (): Promise<Network> => {
      asked += 1
      return asked < 4 ? Promise.resolve({ ...network, isFresh: false }) : refresh()
    }
    using ice = new IceServers({ network, refresh: counted }, pace)
    clock.nowMs += TURN_CREDENTIAL_LIFE_MS
    await expect.poll(() => endMs(ice)).toBeGreaterThan(clock.nowMs)
    expect(asked).toBeGreaterThanOrEqual(4)
  })
})
