import { equal } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { base64urlnopad } from '@scure/base'
import { decodeGenesis } from '../../protocol/genesis.ts'
import { deriveHelpKey, deriveReadToken } from '../../protocol/key-schedule.ts'
import { parseTokenUrl } from '../../protocol/token.ts'
import { SeedClient } from '../../client/engine/net/seed-client.ts'
import { TestNetwork } from '../e2e/network.ts'
import type { CaseContext } from '../case-runner.ts'
import { writeRandomFile } from '../scenario/files.ts'
import { linkOf } from '../scenario/round-trip.ts'
import { Nginx } from './raw/nginx.ts'
import { median, megabytesPerSecond, ratioText } from './raw/figures.ts'

export const title =
  "a seed's range to curl, every chunk hashed on its way, against nginx sending the same bytes"

const BYTES = 512 * 1024 * 1024
const ROUNDS = 5
const execute = promisify(execFile)

export async function run({ dir }: CaseContext): Promise<string> {
  await using network = await TestNetwork.start()
  const source = network.path('in', 'file.bin')
  await writeRandomFile(source, BYTES)
  await using send = network.start(['send', source])
  const link = await linkOf(send)
  equal((await send.finish()).code, 0)
  const [seed] = network.seeds
  if (seed === undefined) throw new Error('no seed')
  const { header, url } = await askOf(link, seed.url)
  await joinExtents(seed.dir, join(dir, 'share.bin'))
  await using nginx = await Nginx.start(dir)
  const rates: Record<'nginx' | 'seed', number[]> = { nginx: [], seed: [] }
  // In turn, so that a machine that gets slower does so for both.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const plain = await curl(`${nginx.url}/share.bin`, 'x-nothing: 1')
    const seeded = await curl(url, header)
    // The first round warms both.
    if (round === 0) continue
    rates.nginx.push(plain)
    rates.seed.push(seeded)
  }
  const [raw, ours] = [median(rates.nginx), median(rates.seed)]
  const [seedRate, nginxRate] = [ours, raw].map((rate) => megabytesPerSecond(rate, 1))
  return `seed ${seedRate}, nginx ${nginxRate}, ${ratioText(ours / raw, 0.7)}`
}

async function askOf(link: string, seedUrl: string): Promise<{ header: string; url: string }> {
  const { token } = parseTokenUrl(link)
  if (token.kind !== 'link') throw new Error('not a link')
  const client = new SeedClient({ urls: [seedUrl], shareId: token.shareId })
  const genesis = decodeGenesis(await client.getGenesis())
  const readToken = deriveReadToken(deriveHelpKey(token.secret), genesis.salt)
  return {
    header: `authorization: Bearer ${base64urlnopad.encode(readToken)}`,
    url: `${seedUrl}/v1/shares/${token.shareId}/data`,
  }
}

/** Sealed chunks as one file, as nginx would have it. */
async function joinExtents(seedDir: string, target: string): Promise<void> {
  const files = await readdir(join(seedDir, 'shares'), { recursive: true })
  const extents = files.filter((file) => file.endsWith('.ext'))
  const ordered = extents.toSorted((a, b) => numberOf(a) - numberOf(b))
  await writeFile(target, new Uint8Array(0))
  for (const extent of ordered) {
    await writeFile(target, await readFile(join(seedDir, 'shares', extent)), { flag: 'a' })
  }
}

function numberOf(path: string): number {
  return Number(/(\d+)\.ext$/.exec(path)?.[1])
}

/** @returns Bytes a second, as curl says. */
async function curl(url: string, header: string): Promise<number> {
  const args = ['-sf', '-o', '/dev/null', '-r', '0-', '-H', header, '-w', '%{speed_download}', url]
  const { stdout } = await execute('curl', args)
  return Number(stdout)
}
