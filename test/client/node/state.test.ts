import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FileNetworks } from '../../../client/node/network-store.ts'
import { SeenFiles } from '../../../client/node/seen-files.ts'
import { openStateDir, stateDir } from '../../../client/node/state-dir.ts'
import { fixedBytes } from '../../protocol/owner.ts'
import { makeShareId } from '../../protocol/placement-network.ts'
import { ownHome } from '../own-home.ts'

const home = ownHome()

describe('the state directory', () => {
  it('is where SKERRY_HOME says, else where the desktop keeps state, else at home', () => {
    expect(stateDir({ SKERRY_HOME: '/a/b', XDG_STATE_HOME: '/x' })).toBe('/a/b')
    expect(stateDir({ SKERRY_HOME: '', XDG_STATE_HOME: '/x' })).toBe('/x/skerry')
    expect(stateDir({ XDG_STATE_HOME: 'relative' })).toBe(join(homedir(), '.local/state/skerry'))
    expect(stateDir({})).toBe(join(homedir(), '.local/state/skerry'))
  })

  it('is for this person alone', async () => {
    const path = await openStateDir('networks')
    expect((await stat(path)).mode & 0o777).toBe(0o700)
    expect((await stat(join(home.dir, 'home'))).mode & 0o777).toBe(0o700)
  })

  it('is named where it cannot be made', async () => {
    await writeFile(join(home.dir, 'home'), 'a file')
    await expect(openStateDir('seen')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
    await expect(openStateDir('seen')).rejects.toThrow(/SKERRY_HOME/)
  })
})

describe('FileNetworks', () => {
  it('keeps what is known of each network, and takes nothing damaged for it', async () => {
    const networks = new FileNetworks(await openStateDir('networks'))
    expect(await networks.load('https://a.example')).toBeUndefined()
    const kept = { key: fixedBytes('key'), answer: '{"any":"text"}' }
    await networks.save('https://a.example', kept)
    await networks.save('https://b.example', { ...kept, answer: 'other' })
    expect(await networks.load('https://a.example')).toEqual(kept)
    expect((await networks.load('https://b.example'))?.answer).toBe('other')
    const path = join(stateDir(), 'networks')
    for (const name of await readdir(path)) await writeFile(join(path, name), '{"cut')
    expect(await networks.load('https://a.example')).toBeUndefined()
  })
})

describe('SeenFiles', () => {
  it('keeps the newest checkpoint of each share, and both of a contradiction', async () => {
    const path = await openStateDir('seen')
    const seen = new SeenFiles(path)
    const [one, two] = [makeShareId(1), makeShareId(2)]
    expect(await seen.load(one)).toBeUndefined()
    await seen.save(one, new Uint8Array(196).fill(1))
    await seen.save(one, new Uint8Array(196).fill(2))
    expect(await seen.load(one)).toEqual(new Uint8Array(196).fill(2))
    expect(await seen.load(two)).toBeUndefined()
    await seen.keepEvidence(one, [new Uint8Array(196), new Uint8Array(196)])
    expect(await readdir(path)).toEqual([one, `${one}.conflict`])
    await writeFile(join(path, one), 'damaged')
    expect(await seen.load(one)).toBeUndefined()
  })

  it('says that it could not keep it', async () => {
    const seen = new SeenFiles(join(home.dir, 'nowhere'))
    await expect(seen.save(makeShareId(1), new Uint8Array(196))).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
    })
    await mkdir(join(home.dir, 'nowhere'))
    await seen.save(makeShareId(1), new Uint8Array(196))
  })
})
