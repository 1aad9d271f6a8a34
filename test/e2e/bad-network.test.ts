import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deriveHelpKey } from '../../protocol/key-schedule.ts'
import { formatTokenUrl, parseTokenUrl } from '../../protocol/token.ts'
import { writeRandomFile } from '../scenario/files.ts'
import { assertRefused } from '../scenario/refusal.ts'
import { assertDone, assertSame, assertStored, get, send } from '../scenario/round-trip.ts'
import { until } from '../scenario/seed-watch.ts'
import { TestNetwork } from './network.ts'

describe('a network that cannot do it ends with a clear word, and nothing lost:', () => {
  let network: TestNetwork
  let elsewhere: TestNetwork
  let link: string
  let owner: string

  beforeAll(async () => {
    const both = [TestNetwork.start('--no-restart'), TestNetwork.start('--seeds', 'NZ,NZ')] as const
    ;[network, elsewhere] = await Promise.all(both)
    for (const { path } of [network, elsewhere].map((one) => ({ path: one.path('in', 'f') }))) {
      await writeRandomFile(path, 1024 ** 2)
    }
    ;({ link, owner } = await send(network, 'in'))
  })
  afterAll(async () => {
    await network[Symbol.asyncDispose]()
    await elsewhere[Symbol.asyncDispose]()
  })

  it('one jurisdiction only, where a share asks for two', async () => {
    const unmet = { code: 'POLICY_UNMET', says: /1 jurisdiction \(NZ\).*asks for 2.*--replicas 1/ }
    const sending = ['send', elsewhere.path('in')]
    assertRefused(await elsewhere.run(sending), unmet)
    const stored = assertStored(await elsewhere.run([...sending, '--replicas', '1']))
    expect(stored).toMatchObject({ belowPolicy: true, seeds: [{ jurisdiction: 'NZ' }] })
  })

  it('a link of another network', async () => {
    const asked = ['get', link, '-o', network.path('out'), '--network', elsewhere.url]
    const other = {
      code: 'NETWORK_MISMATCH',
      says: /names another network\. Leave out --network\./,
    }
    assertRefused(await elsewhere.run(asked), other)
    expect(await readdir(network.path('out')).catch(() => [])).toEqual([])
  })

  it('a deleted share is deleted for every command', async () => {
    const gone = await send(network, 'in')
    assertDone(await network.run(['delete', '--token-file', '-'], { input: gone.owner }))
    const deleted = { code: 'SHARE_DELETED', says: /deleted/ }
    const runs = [
      network.run(['get', gone.link, '-o', network.path('out')]),
      network.run(['heal', gone.link, network.path('in')]),
      network.run(['extend', '--token-file', '-', '--expires', '30d'], { input: gone.owner }),
    ]
    for (const finished of await Promise.all(runs)) assertRefused(finished, deleted)
    expect(await readdir(network.path('out')).catch(() => [])).toEqual([])
  })

  // The last one: the seeds come back, and what they hold with them.
  it('no seed that can be reached', async () => {
    for (const seed of network.seeds) await network.killSeed(seed)
    const away = { code: 'SEED_UNREACHABLE', says: /No seed of this network/ }
    const runs = [
      network.run(['status', link]),
      network.run(['heal', link, network.path('in')]),
      network.run(['delete', '--token-file', '-'], { input: owner }),
      network.run(['extend', '--token-file', '-', '--expires', '30d'], { input: owner }),
    ]
    for (const finished of await Promise.all(runs)) assertRefused(finished, away)
    // These two wait for seeds to come back, and say so.
    for (const args of [
      ['get', link, '-o', network.path('out')],
      ['send', network.path('in')],
    ]) {
      await using waiting = network.start(args)
      await until(() =>
        waiting.said.some((said) => JSON.stringify(said).includes('cannot be reached')),
      )
      waiting.kill('SIGINT')
      const stopped = { code: 'STOPPED', says: /Stopped\..*the same command goes on/ }
      assertRefused(await waiting.finish(), stopped)
    }
    // It is there until it is stopped, which is no failure.
    const helping = ['help-share', '--token-file', '-']
    await using helper = network.start(helping, { input: helperOf(link) })
    await helper.until(({ note }) => String(note).includes('cannot be reached'))
    helper.kill('SIGINT')
    expect((await helper.finish()).code).toBe(0)
    for (const seed of network.seeds) await network.startSeed(seed)
    await get(network, link, 'in')
    await assertSame(network, 'in')
    expect(await readdir(network.path('in-out'))).toEqual(['in'])
  })
})

/** The token for helpers of that share. */
function helperOf(link: string): string {
  const { token, origin = '' } = parseTokenUrl(link)
  if (token.kind !== 'link') throw new Error('no link')
  const { secret, shareId } = token
  return formatTokenUrl(origin, { kind: 'helper', helpKey: deriveHelpKey(secret), shareId })
}
