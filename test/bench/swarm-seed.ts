import { equal } from 'node:assert/strict'
import { join } from 'node:path'
import type { CaseContext } from '../case-runner.ts'
import { TestNetwork } from '../e2e/network.ts'
import { builtPage } from '../page/built-page.ts'
import { hashFile, writeRandomFile } from '../scenario/files.ts'
import { send } from '../scenario/round-trip.ts'
import { UnwatchedBrowser } from '../scenario/unwatched-browser.ts'
import { press, swarmOf, untilShown } from '../scenario/unwatched-page.ts'
import { median, ratioText, secondsOf } from './raw/figures.ts'
import {
  rawNativeRate,
  rawNativeTransferRate,
  sealFile,
  type SealedFile,
} from './raw/raw-native.ts'

export const title =
  'a save from one seed over WebRTC, verified and decrypted, and a bare transfer of a file, against a bare channel from Node to the same page'

const BYTES = 64 * 1024 * 1024
const ROUNDS = 3
const TIMEOUT_MS = 120_000

type Bench = Readonly<{
  network: TestNetwork
  dir: string
  link: string
  path: string
  sealed: SealedFile
}>

export async function run({ dir, note }: CaseContext): Promise<string> {
  await builtPage()
  await using network = await TestNetwork.startWith({ args: ['--no-restart'], parent: dir })
  const path = network.path('in', 'file.bin')
  await writeRandomFile(path, BYTES)
  const { link } = await send(network, 'in')
  await network.killSeed(network.seed(1))
  const sealed = await sealFile(path, join(dir, 'sealed.bin'))
  const ratios: number[] = []
  const leastWork: number[] = []
  // The first round warms all.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const { raw, transfer, ours } = await measure({ network, dir, link, path, sealed })
    const [a, b, c] = [raw, transfer, ours].map((rate) => (rate / 1e6).toFixed(1))
    note(`bare ${a}, bare with a file ${b}, ours ${c} MB/s`)
    if (round === 0) continue
    ratios.push(ours / raw)
    leastWork.push(transfer / raw)
  }
  return `${ratioText(median(ratios), 0.9)}, a bare transfer of a file ${median(leastWork).toFixed(2)}`
}

/** @returns Bytes a second: of the bare channel, of the bare transfer, and from the click until the browser has the file. */
async function measure({
  network,
  dir,
  link,
  path,
  sealed,
}: Bench): Promise<{ raw: number; transfer: number; ours: number }> {
  // The seed cannot be asked any other way.
  const closed = network.seeds.map(({ url }) => `MAP ${new URL(url).host} ~NOTFOUND`)
  const folder = join(dir, crypto.randomUUID())
  await using browser = await UnwatchedBrowser.start(folder, [
    `--host-resolver-rules=${closed.join(',')}`,
  ])
  const page = await browser.open(link, TIMEOUT_MS)
  await untilShown(page, 'Save the file')
  const raw = await rawNativeRate(page, BYTES)
  const transfer = await rawNativeTransferRate({ page, browser }, { plain: path, sealed })
  let saved = ''
  const seconds = await secondsOf(async () => {
    await press(page, 'Save the file')
    saved = await browser.untilDownloaded('file.bin')
  })
  equal(await hashFile(saved), await hashFile(path))
  equal((await swarmOf(page))?.peerBytes, 0)
  return { raw, transfer, ours: BYTES / seconds }
}
