import { readFile, rm, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TestNetwork } from '../e2e/network.ts'
import { type Finished, type RunningCommand } from '../e2e/running-command.ts'
import { NetworkLab, type LabSide } from './network-lab.ts'

const BYTES = 1_500_000
/** Each way past a NAT. */
const LOSSES = '-m statistic --mode random --probability 0.03 -j DROP'

let lab: NetworkLab | undefined
let network: TestNetwork | undefined
let helper: RunningCommand | undefined
let link = ''

beforeAll(async () => {
  lab = await NetworkLab.start()
  if (lab === undefined) {
    process.stderr.write('No lab of networks: this kernel or user may not.\n')
    return
  }
  lab.shareLoopback()
  network = await TestNetwork.startWith({
    args: ['--no-restart', ...lab.upArgs],
    within: lab.within('mid'),
  })
  await writeFile(network.path('film.mp4'), content)
})
afterAll(async () => {
  await helper?.[Symbol.asyncDispose]()
  await network?.[Symbol.asyncDispose]()
  await lab?.[Symbol.asyncDispose]()
})

const content = Buffer.from(Float64Array.from({ length: BYTES / 8 }, (_, i) => Math.sin(i)).buffer)

/** Runs a command of a person in one of the networks. */
function start(side: LabSide, home: string, ...args: readonly string[]): RunningCommand {
  if (lab === undefined || network === undefined) throw new Error('no lab')
  return network.start(args, { within: lab.within(side), home })
}

async function savedBy(
  home: string,
  side: LabSide,
  ...more: readonly string[]
): Promise<Finished & { isSame: boolean }> {
  return savedFrom(link, home, side, ...more)
}

async function savedFrom(
  from: string,
  home: string,
  side: LabSide,
  ...more: readonly string[]
): Promise<Finished & { isSame: boolean }> {
  if (network === undefined) throw new Error('no lab')
  // What a try before left there would be in the way.
  await rm(network.path(home, 'out'), { recursive: true, force: true })
  await using command = start(side, home, 'get', from, '-o', network.path(home, 'out'), ...more)
  const finished = await command.finish()
  const saved = await readFile(network.path(home, 'out', 'film.mp4')).catch(() => undefined)
  return { ...finished, isSame: saved?.equals(content) === true }
}

describe('the command, each of its people behind a NAT', () => {
  it('F16, F17: sends over a slow line that loses 3 of 100 packets', async (context) => {
    if (lab === undefined || network === undefined) return context.skip()
    lab.hinder('a', LOSSES)
    lab.limit('a', '40mbit')
    await using sending = start('a', 'sender', 'send', network.path('film.mp4'))
    link = String((await sending.until(({ event }) => event === 'link'))['link'])
    expect(await sending.finish()).toMatchObject({ code: 0 })
    return undefined
  })

  it('F18: where no UDP passes, gets all from the seeds, though others are there who would give', async (context) => {
    if (lab === undefined || network === undefined) return context.skip()
    lab.hinder('a')
    const keep = ['get', link, '-o', network.path('helper', 'out'), '--keep-serving']
    helper = start('a', 'helper', ...keep)
    await helper.until(({ event }) => event === 'serving')
    lab.hinder('b', '-p udp -j DROP')
    expect(await savedBy('blocked', 'b')).toMatchObject({ code: 0, isSame: true })
    return undefined
  })

  it('C01: what its sender lets through relays alone goes through them between others, who chose nothing', async (context) => {
    if (lab === undefined || network === undefined) return context.skip()
    lab.hinder('a')
    lab.hinder('b')
    await using sending = start('a', 'shy', 'send', network.path('film.mp4'), '--relay-only')
    const shyLink = String((await sending.until(({ event }) => event === 'link'))['link'])
    expect(await sending.finish()).toMatchObject({ code: 0 })
    const keep = ['get', shyLink, '-o', network.path('shy-helper', 'out'), '--keep-serving']
    await using shyHelper = start('a', 'shy-helper', ...keep)
    await shyHelper.until(({ event }) => event === 'serving')
    lab.rules('-i a-mid -o b-mid -j ACCEPT', '-i b-mid -o a-mid -j ACCEPT')
    using stopped = new DisposableStack()
    stopped.defer(() => network?.signalSeeds('SIGCONT'))
    network.signalSeeds('SIGSTOP')
    expect(await savedFrom(shyLink, 'shy-late', 'b')).toMatchObject({ code: 0, isSame: true })
    expect(lab.counts).toEqual([0, 0])
    return undefined
  })

  it('F16, F17: gets all from another over a slow line with losses, when no seed is left', async (context) => {
    if (lab === undefined || network === undefined) return context.skip()
    lab.hinder('b', LOSSES)
    for (const seed of network.seeds) await network.killSeed(seed)
    expect(await savedBy('late', 'b')).toMatchObject({ code: 0, isSame: true })
    return undefined
  })

  it('C01: whoever wants a relay gets all through it from one who does not, and no packet goes from one to the other', async (context) => {
    if (lab === undefined || network === undefined) return context.skip()
    // Nothing is on its way any more to the one before.
    await expect.poll(() => helper?.said.at(-1)).toMatchObject({ event: 'serving', peers: 0 })
    lab.hinder('b')
    lab.rules('-i a-mid -o b-mid -j ACCEPT', '-i b-mid -o a-mid -j ACCEPT')
    expect(await savedBy('shy', 'b', '--relay-only')).toMatchObject({ code: 0, isSame: true })
    expect(lab.counts).toEqual([0, 0])
    return undefined
  })
})
