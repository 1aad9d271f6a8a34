import { hkdfSync, scryptSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { planShare, type SharePlan } from '../../client/engine/send/share-plan.ts'
import { concat, type Bytes } from '../../protocol/bytes.ts'
import { deriveHelpKey, deriveRoomId, deriveSwarmKey } from '../../protocol/key-schedule.ts'
import { MemoryFile, randomBytes } from '../client/memory-files.ts'
import { networkOf, planPorts } from '../client/planning.ts'

const PASSWORD = 'correct horse'

/** The same sender each time, whose dice always fall alike. */
async function planWith(password: string | undefined): Promise<SharePlan> {
  let throws = 0
  const request = {
    files: [new MemoryFile('secret.txt', randomBytes(100, 15))],
    policy: { replicas: 2, jurisdictions: 2, denied: [] },
    expiresInMs: 86_400_000,
    peers: 'direct' as const,
    ...(password === undefined ? {} : { password }),
  }
  const dice = (count: number): Bytes => randomBytes(count, (throws += 1))
  return planShare(request, networkOf('NZ', 'DE'), { ...planPorts, randomBytes: dice })
}

const plan = await planWith(PASSWORD)
const { genesis, secrets, shareId } = plan

/** What a guess costs, computed with nothing of ours. */
function stretch(password: string): Bytes {
  const cost = { N: 2 ** 17, r: 8, p: 1, maxmem: 2 ** 28 }
  return Uint8Array.from(scryptSync(password.normalize('NFKC'), genesis.passSalt, 32, cost))
}

/** What a guess comes to: the genesis has it in public, if it is right. */
function commitOf(secret: Bytes, stretched: Bytes): Bytes {
  const commit = hkdfSync('sha256', concat(secret, stretched), genesis.salt, 'skerry/1 commit', 32)
  return new Uint8Array(commit)
}

const right = stretch(PASSWORD)

/** What seeds and helpers see, and can work with. */
function shown({ readToken, genesis: { readHash, salt } }: SharePlan): unknown {
  return { readToken, readHash, salt }
}

describe('A15: guessing the password of a share', () => {
  it('costs 128 MiB of scrypt for each guess', () => {
    expect(genesis.kdfLogN).toBe(17)
    expect(commitOf(secrets.secret, right)).toEqual(genesis.keyCommit)
    expect(commitOf(secrets.secret, stretch('correct hors'))).not.toEqual(genesis.keyCommit)
  })

  it('cannot begin without the link: nothing else that anybody holds tells a right guess from a wrong one', () => {
    const helpKey = deriveHelpKey(secrets.secret)
    const known = [
      new Uint8Array(0),
      new Uint8Array(16),
      helpKey,
      plan.readToken,
      deriveRoomId(helpKey, shareId),
      deriveSwarmKey(helpKey, shareId),
      genesis.salt,
      genesis.passSalt,
      genesis.readHash,
    ]
    for (const secret of known.flatMap((bytes) => [bytes, bytes.slice(0, 16)]))
      expect(commitOf(secret, right)).not.toEqual(genesis.keyCommit)
  })

  it('finds nothing of it in what seeds and helpers are shown: that is the same for every password', async () => {
    const [other, open] = await Promise.all([planWith('battery staple'), planWith(undefined)])
    expect(shown(other)).toEqual(shown(plan))
    expect(shown(open)).toEqual(shown(plan))
    const commits = [plan, other, open].map(({ genesis: { keyCommit } }) => String(keyCommit))
    expect(new Set(commits).size).toBe(3)
  })
})
