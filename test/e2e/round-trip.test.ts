import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeRandomFile, writeSmallFiles } from '../scenario/files.ts'
import { DECEPTIVE_NAME, writeOddFiles } from '../scenario/odd-files.ts'
import {
  assertSame,
  GROWTH_BYTES_MAX,
  largestGrowth,
  roundTrip,
  sendAndGet,
} from '../scenario/round-trip.ts'
import { TestNetwork } from './network.ts'

const MIB = 1024 * 1024

describe('what is sent comes back the same', () => {
  let network: TestNetwork
  beforeAll(async () => (network = await TestNetwork.start('--no-restart')))
  afterAll(() => network[Symbol.asyncDispose]())

  it('one file of random bytes, with little memory', async () => {
    await writeRandomFile(network.path('large', 'file.bin'), 40 * MIB)
    const trip = await roundTrip(network, 'large')
    expect(largestGrowth(trip)).toBeLessThan(GROWTH_BYTES_MAX)
  })

  it('a folder of small files', async () => {
    await writeSmallFiles(network.path('small'), 300)
    const trip = await roundTrip(network, 'small')
    expect(largestGrowth(trip)).toBeLessThan(GROWTH_BYTES_MAX)
  })

  it('names that other systems stumble over, empty files and empty folders', async () => {
    await writeOddFiles(network.path('odd'))
    await sendAndGet(network, 'odd')
    await assertSame(network, 'odd')
    const saved = await readdir(network.path('odd-out', 'odd'))
    expect(saved).toContain('caf\u00E9.txt')
    expect(saved).toContain('cafe\u0301.txt')
  })

  it('a name that deceives comes back under one that does not', async () => {
    await mkdir(network.path('deceptive'))
    await writeFile(network.path('deceptive', DECEPTIVE_NAME), 'x')
    const { complete } = await sendAndGet(network, 'deceptive')
    const [name = ''] = await readdir(network.path('deceptive-out', 'deceptive'))
    expect(name).toMatch(/^invoice.*fdp\.exe$/)
    expect(name).not.toContain('\u202E')
    // As a program reads it: where it lies below the target, under the name that it has there.
    expect(complete['files']).toEqual([
      {
        path: `deceptive/${name}`,
        bytes: 1,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      },
    ])
  })

  it('an empty file alone, and an empty folder alone', async () => {
    await mkdir(network.path('alone'))
    await writeFile(network.path('alone', 'empty'), '')
    await mkdir(network.path('hollow', 'inside'), { recursive: true })
    for (const folder of ['alone', 'hollow']) {
      await sendAndGet(network, folder)
      await assertSame(network, folder)
    }
    expect(await readdir(network.path('hollow-out', 'hollow'))).toEqual(['inside'])
  })
})
