import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deleteWhileSeedIsDown, expireAndExtend } from '../scenario/endings.ts'
import { writeRandomFile } from '../scenario/files.ts'
import { TestNetwork } from './network.ts'

describe('a share ends when and where its owner says', () => {
  let network: TestNetwork
  beforeAll(async () => {
    network = await TestNetwork.start('--no-restart')
    await writeRandomFile(network.path('in', 'file.bin'), 1024 ** 2)
  })
  afterAll(() => network[Symbol.asyncDispose]())

  it('P9: deleted while a seed is down, it stays deleted when that seed returns', async () => {
    const ends = await deleteWhileSeedIsDown(network, 'in')
    expect(ends).toEqual(['SHARE_DELETED', 'SHARE_DELETED'])
  })

  it('P10: expired, it is gone within a minute; extended in time, it stays', async () => {
    expect(await expireAndExtend(network, 'in', 20_000)).toBeLessThan(60_000)
  })
})
