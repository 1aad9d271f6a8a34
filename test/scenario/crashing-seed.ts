import { publicKeyOf } from '../../protocol/crypto/ed25519.ts'
import { startSeed } from '../../seed/seed.ts'
import { NOW_MS } from '../protocol/owner.ts'
import { NETWORK_SECRET } from '../seed/sent-share.ts'
import { SEED_SECRET } from '../seed/test-store.ts'

// A process that is a seed and nothing else, for tests that kill it: `node crashing-seed.ts DIR` prints its URL.

const [, , dir = ''] = process.argv
const { url } = await startSeed({
  dir,
  key: SEED_SECRET,
  networkKey: publicKeyOf(NETWORK_SECRET),
  nowMs: () => NOW_MS,
  limits: { reserveBytes: 0, scrubBytesPerSecond: 0 },
})
process.stdin.resume().once('close', () => process.exit())
process.stdout.write(`${url}\n`)
