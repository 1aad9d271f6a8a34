import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { formatBytes } from '../../protocol/http/json.ts'
import { alpha, signInvitation } from './test-seed.ts'
import { TestSignal } from './test-signal.ts'

const MINUTE_MS = 60_000

async function modeOf(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777
}

/** Makes the file impossible to write until it is disposed of; no mode would do for root. */
async function blockFile(path: string): Promise<AsyncDisposable> {
  await mkdir(path)
  return { [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

describe('a signal server that starts again', () => {
  it('goes on with the same directory and the same seeds', async () => {
    await using signal = await TestSignal.openWithAlpha()
    const before = await signal.directory()
    await signal.stop()
    signal.nowMs += 60 * MINUTE_MS
    await signal.start()
    expect(await signal.directory()).toEqual(before)
    // It is not gone because nobody was there to hear it.
    await signal.putState(alpha, alpha.state(signal.nowMs, { state: 'full' }))
    expect(await signal.listed()).toEqual({ [alpha.id]: 'full' })
  })

  it('knows the seeds that only joined', async () => {
    await using signal = await TestSignal.open()
    await signal.join(alpha, signInvitation('alpha'))
    await signal.stop()
    await signal.start()
    signal.nowMs += MINUTE_MS
    expect((await signal.putState(alpha, alpha.state(signal.nowMs))).statusCode).toBe(204)
  })

  it('gives a seed the same place again after its folder was lost', async () => {
    await using signal = await TestSignal.openWithAlpha()
    const { version, seeds } = await signal.directory()
    await signal.stop()
    await writeFile(join(signal.options.dir, 'network.json'), '')
    await expect(signal.start()).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
    await using emptied = await TestSignal.open({ nowMs: () => signal.nowMs })
    signal.nowMs += MINUTE_MS
    expect((await emptied.putState(alpha, alpha.state(signal.nowMs))).json()).toMatchObject({
      code: 'SEED_UNKNOWN',
    })
    await emptied.join(alpha, signInvitation('alpha'))
    await emptied.putState(alpha, alpha.state(signal.nowMs))
    const after = await emptied.directory()
    expect(after.seeds).toEqual(seeds)
    expect(after.version).toBeGreaterThan(version)
  })

  it('refuses the folder of another network', async () => {
    await using signal = await TestSignal.openWithAlpha()
    await signal.stop()
    await writeFile(signal.options.keyFile, formatBytes(alpha.secret))
    await expect(signal.start()).rejects.toMatchObject({ code: 'NETWORK_MISMATCH' })
  })

  it('F05: shows no directory that it could not keep, and shows it once it can', async () => {
    await using signal = await TestSignal.openWithAlpha()
    const before = await signal.directory()
    const draft = join(signal.options.dir, 'network.json.tmp')
    await using blocked = await blockFile(draft)
    signal.nowMs += MINUTE_MS
    const state = { state: 'full' } as const
    const failed = await signal.putState(alpha, alpha.state(signal.nowMs, state))
    expect([failed.statusCode, failed.json()]).toMatchObject([500, { code: 'NODE_FAILED' }])
    expect(failed.body).not.toContain(signal.folder)
    expect(signal.lines.map(({ event }) => event)).toContain('failed')
    expect(await signal.directory()).toEqual(before)
    await blocked[Symbol.asyncDispose]()
    signal.nowMs += MINUTE_MS
    await signal.putState(alpha, alpha.state(signal.nowMs, state))
    expect(await signal.listed()).toEqual({ [alpha.id]: 'full' })
  })

  it('keeps key and state from others on the machine', async () => {
    await using signal = await TestSignal.openWithAlpha()
    expect(await modeOf(signal.options.dir)).toBe(0o700)
    expect(await modeOf(join(signal.options.dir, 'network.json'))).toBe(0o600)
  })
})
