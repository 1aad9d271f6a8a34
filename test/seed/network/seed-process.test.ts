import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { parseNetwork } from '../../../protocol/http/signal-json.ts'
import { readDirectory, type Seed } from '../../../protocol/record/directory.ts'
import { ProcessNetwork } from './process-network.ts'

async function listed(network: ProcessNetwork): Promise<readonly Seed[]> {
  const response = await fetch(`${network.signalUrl}/v1/network`)
  const { directory, key } = parseNetwork(await response.json())
  return readDirectory(directory, key).seeds
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 500; i += 1) {
    if (await isSo()) return
    await sleep(20)
  }
  throw new Error('it did not come to be')
}

describe('a seed in its network', () => {
  it('makes its key once, keeps it to itself, and joins with an invitation', async () => {
    await using network = await ProcessNetwork.start()
    const seed = await network.join('alpha', 'NZ')
    const keyFile = join(network.dir, 'alpha', 'identity', 'seed.key')
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600)
    expect((await readFile(keyFile)).length).toBe(32)
    expect(seed.certificate).toMatchObject({ operator: 'alpha', jurisdiction: 'NZ' })
    await until(async () => (await listed(network)).some(({ id }) => id === seed.id))
    expect((await listed(network))[0]).toMatchObject({ state: 'open', urls: seed.urls })
  })

  it('comes back as itself without an invitation, also with an empty data folder', async () => {
    await using network = await ProcessNetwork.start()
    const { id, url, [Symbol.asyncDispose]: stop } = await network.join('alpha', 'NZ')
    await stop()
    const port = Number(new URL(url).port)
    const again = await network.seed('alpha', { port, dir: join(network.dir, 'alpha', 'new') })
    expect(again.id).toBe(id)
  })

  it('does not start without a place in a network, or with a key file that is none', async () => {
    await using network = await ProcessNetwork.start()
    await expect(network.seed('nobody')).rejects.toMatchObject({ code: 'INVITATION_INVALID' })
    const invitation = await network.invite('NZ', 'alpha')
    const keyFile = join(network.dir, 'short.key')
    await writeFile(keyFile, 'short')
    await expect(network.seed('short', { keyFile, invitation })).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
    })
    expect(await readFile(keyFile, 'utf8')).toBe('short')
  })

  it('does not join with an invitation that was used, and not a second network', async () => {
    await using network = await ProcessNetwork.start()
    await using other = await ProcessNetwork.start()
    const invitation = await network.invite('NZ', 'alpha')
    await network.seed('alpha', { invitation })
    await expect(network.seed('beta', { invitation })).rejects.toMatchObject({
      code: 'INVITATION_INVALID',
    })
    expect(other.signalUrl).not.toBe(network.signalUrl)
  })

  it('says that the network cannot be reached where it has to join it', async () => {
    await using network = await ProcessNetwork.start()
    const invitation = await network.invite('NZ', 'alpha')
    await network.stopSignal()
    await expect(network.seed('alpha', { invitation })).rejects.toMatchObject({
      code: 'NETWORK_UNREACHABLE',
    })
    // The invitation was not used up.
    await network.startSignal()
    expect((await network.seed('alpha', { invitation })).certificate.operator).toBe('alpha')
  })

  it('tells the network at once that it drains', async () => {
    await using network = await ProcessNetwork.start()
    const invitation = await network.invite('NZ', 'alpha')
    const seed = await network.seed('alpha', { invitation, adminPort: 0 })
    await until(async () => (await listed(network))[0]?.state === 'open')
    const headers = { 'x-skerry-admin': '1' }
    const response = await fetch(`${seed.adminUrl}/v1/drain`, { method: 'POST', headers })
    expect(response.status).toBe(200)
    await until(async () => (await listed(network))[0]?.state === 'draining')
    const status: unknown = await (await fetch(`${seed.adminUrl}/v1/status`, { headers })).json()
    expect(status).toMatchObject({ state: 'draining', custody: { shares: 0, outside: 0 } })
  })
})
