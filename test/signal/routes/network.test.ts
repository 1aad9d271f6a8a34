import { describe, expect, it } from 'vitest'
import { parseNetwork } from '../../../protocol/http/signal-json.ts'
import { NOW_MS } from '../../protocol/owner.ts'
import { networkKey } from '../../protocol/record/samples.ts'
import { alpha } from '../test-seed.ts'
import { TestSignal } from '../test-signal.ts'

describe('GET /v1/network', () => {
  it('tells name, key, directory and limits, and is not to be kept', async () => {
    await using signal = await TestSignal.open({ maxShareBytes: 1000, maxLifeMs: 2000 })
    const response = await signal.app.inject('/v1/network')
    expect(response.headers['cache-control']).toBe('no-store')
    expect(parseNetwork(response.json())).toMatchObject({
      name: 'Test network',
      key: networkKey,
      iceServers: [],
      limits: { maxShareBytes: 1000, maxLifeMs: 2000, grants: 'open' },
    })
    expect(await signal.directory()).toMatchObject({ issuedAtMs: NOW_MS, seeds: [] })
  })

  it('tells of a seed what its certificate and its state say', async () => {
    await using signal = await TestSignal.openWithAlpha()
    expect((await signal.directory()).seeds).toMatchObject([
      {
        id: alpha.id,
        operator: 'Alpha',
        jurisdiction: 'NZ',
        urls: [alpha.url],
        weight: 1,
        state: 'open',
      },
    ])
  })

  it.each([
    ['a name with a control character', { name: 'a\nb' }],
    ['a negative limit', { maxShareBytes: -1 }],
    ['an ICE server that is none', { iceServers: [{ urls: ['https://x'] }] }],
  ])('does not start to say %s', async (_name, changes) => {
    await expect(TestSignal.open(changes)).rejects.toMatchObject({ code: 'USAGE' })
  })
})
