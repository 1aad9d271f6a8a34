import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hashFile, writeRandomFile } from '../scenario/files.ts'
import { PageWorld } from './page-world.ts'

let world: PageWorld

beforeAll(async () => {
  world = await PageWorld.start()
})
afterAll(() => world[Symbol.asyncDispose]())

describe('a file sent from the page', () => {
  it('is saved from its link, the same', async () => {
    const path = world.path('in', 'holiday film.bin')
    await writeRandomFile(path, 20_000_000)
    await using sender = await world.visit()
    const link = await sender.chooseAndSend(path)
    await sender.untilStored()
    await using recipient = await world.visit(link)
    const saved = await recipient.save()
    expect(saved.name).toBe('holiday film.bin')
    expect(await hashFile(saved.path)).toBe(await hashFile(path))
    await recipient.untilSaid(/Complete: 20(\.0)? MB, every byte checked/)
    expect([...sender.complaints, ...recipient.complaints]).toEqual([])
  })
})
