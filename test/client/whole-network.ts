import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CliEvent } from '../../client/cli/output.ts'
import type { CommandContext } from '../../client/cli/send-watch.ts'
import { parseNetwork } from '../../protocol/http/signal-json.ts'
import { readDirectory } from '../../protocol/record/directory.ts'
import type { ShareId } from '../../protocol/share-id.ts'
import type { Share } from '../../seed/catalog/share.ts'
import { startSeedProcess, type SeedProcess } from '../../seed/seed-process.ts'
import { invite } from '../../signal/invitation.ts'
import { startSignal, type RunningSignal } from '../../signal/signal.ts'
import { quickTiming } from '../seed/custody/custody-network.ts'

/** A signal server and seeds as they are, in this process, and a client's home beside them. */
export class WholeNetwork implements AsyncDisposable {
  readonly dir: string
  readonly signal: RunningSignal
  readonly seeds: readonly SeedProcess[]
  readonly #homeBefore = process.env['SKERRY_HOME']

  private constructor(dir: string, signal: RunningSignal, seeds: readonly SeedProcess[]) {
    this.dir = dir
    this.signal = signal
    this.seeds = seeds
    process.env['SKERRY_HOME'] = join(dir, 'home')
  }

  static async start(...jurisdictions: readonly string[]): Promise<WholeNetwork> {
    const dir = await mkdtemp(join(tmpdir(), 'skerry-whole-'))
    const keyFile = join(dir, 'network.key')
    const signal = await startSignal({
      dir: join(dir, 'signal'),
      keyFile,
      name: 'test',
      host: '127.0.0.1',
      port: 0,
      isLoopback: true,
      directoryIntervalMs: 50,
    })
    const seeds = await Promise.all(
      jurisdictions.map(async (jurisdiction, i) => {
        const operator = `Operator ${i}`
        const invitation = await invite({ keyFile, url: signal.url, jurisdiction, operator })
        return startSeedProcess({
          dir: join(dir, `seed-${i}`),
          identityDir: join(dir, `identity-${i}`),
          invitation,
          limits: { reserveBytes: 0 },
          timing: { ...quickTiming, stateMs: 1000, statePollMs: 100, directoryMs: 100 },
        })
      }),
    )
    await untilListed(signal.url, seeds.length)
    return new WholeNetwork(dir, signal, seeds)
  }

  /** Runs a command as the command line would, and tells what it said. */
  async run<Options>(
    command: (options: Options, context: CommandContext) => Promise<void>,
    options: Options,
    stop = new AbortController().signal,
  ): Promise<CliEvent[]> {
    const said: CliEvent[] = []
    const output = { event: (event: CliEvent): void => void said.push(event) }
    await command(options, { output, signal: stop })
    return said
  }

  /** The share as each seed holds it. */
  holdings(shareId: ShareId): Promise<(Share | undefined)[]> {
    return Promise.all(this.seeds.map(({ shares }) => shares.find(shareId)))
  }

  path(...names: readonly string[]): string {
    return join(this.dir, ...names)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.seeds.map((seed) => seed[Symbol.asyncDispose]()))
    await this.signal.close()
    if (this.#homeBefore === undefined) delete process.env['SKERRY_HOME']
    else process.env['SKERRY_HOME'] = this.#homeBefore
    await rm(this.dir, { recursive: true, force: true })
  }
}

async function untilListed(url: string, seedCount: number): Promise<void> {
  for (;;) {
    const { key, directory } = parseNetwork(await (await fetch(`${url}/v1/network`)).json())
    const { seeds } = readDirectory(directory, key)
    if (seeds.filter(({ state }) => state === 'open').length === seedCount) return
    await sleep(20)
  }
}
