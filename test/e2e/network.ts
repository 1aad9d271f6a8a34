import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** One JSON line that the command printed. */
export type Said = Readonly<Record<string, unknown> & { event: string }>

export type RunningSeed = Readonly<{
  id: string
  url: string
  operator: string
  jurisdiction: string
  pid: number
  dir: string
}>

/** How a command ended and everything it said. */
export type Finished = Readonly<{ code: number; said: readonly Said[]; stderr: string }>

const SKERRY = fileURLToPath(new URL('../../skerry.ts', import.meta.url))

/** A command that runs, and what it says as it says it. */
export class RunningCommand implements AsyncDisposable {
  readonly said: Said[] = []
  readonly #child: ChildProcess
  readonly #exit: Promise<number>
  #stderr = ''
  #waiting: { matches: (said: Said) => boolean; resolve: (said: Said) => void }[] = []

  constructor(args: readonly string[], env: NodeJS.ProcessEnv, input = '') {
    this.#child = spawn(process.execPath, [SKERRY, ...args], { env: { ...process.env, ...env } })
    this.#exit = once(this.#child, 'close').then(([code]) => (typeof code === 'number' ? code : -1))
    this.#child.stderr?.on('data', (part: Buffer) => (this.#stderr += part.toString()))
    createInterface({ input: this.#child.stdout ?? process.stdin }).on('line', (line) =>
      this.#hear(line),
    )
    // `up` ends with its input, so that is left open.
    if (input !== '') this.#child.stdin?.end(input)
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** @throws if the command ends before it says so. */
  async until(matches: (said: Said) => boolean): Promise<Said> {
    const before = this.said.find((said) => matches(said))
    if (before !== undefined) return before
    const { promise, resolve } = Promise.withResolvers<Said>()
    this.#waiting.push({ matches, resolve })
    const ended = this.#exit.then((code) => {
      throw new Error(
        `ended with ${code} before: ${JSON.stringify(this.said.at(-1))} ${this.#stderr}`,
      )
    })
    return Promise.race([promise, ended])
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    this.#child.kill(signal)
  }

  async finish(): Promise<Finished> {
    const code = await this.#exit
    return { code, said: this.said, stderr: this.#stderr }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.kill('SIGTERM')
    await this.#exit
  }

  #hear(line: string): void {
    const said = parseSaid(line)
    this.said.push(said)
    for (const waiting of this.#waiting.filter(({ matches }) => matches(said)))
      waiting.resolve(said)
    this.#waiting = this.#waiting.filter(({ matches }) => !matches(said))
  }
}

/** A network of its own for a test: processes, data and client state in a folder that goes with it. */
export class TestNetwork implements AsyncDisposable {
  readonly dir: string
  readonly url: string
  readonly signalPid: number
  readonly seeds: readonly RunningSeed[]
  readonly up: RunningCommand

  private constructor(dir: string, up: RunningCommand, ready: Said) {
    const { url, signal, seeds } = parseReady(ready)
    this.dir = dir
    this.url = url
    this.signalPid = signal.pid
    this.seeds = seeds
    this.up = up
  }

  static async start(...args: readonly string[]): Promise<TestNetwork> {
    const dir = await mkdtemp(join(tmpdir(), 'skerry-test-'))
    const up = new RunningCommand(
      ['up', '--json', '--port', '0', '--dir', join(dir, 'up'), ...args],
      {},
    )
    return new TestNetwork(dir, up, await up.until(({ event }) => event === 'ready'))
  }

  /** Starts a client command with state of its own and JSON output. */
  start(args: readonly string[], input?: string): RunningCommand {
    const env = { SKERRY_HOME: join(this.dir, 'home'), SKERRY_NETWORK: this.url }
    return new RunningCommand([...args, '--json'], env, input)
  }

  /** Runs a client command to its end. */
  async run(args: readonly string[], input?: string): Promise<Finished> {
    await using command = this.start(args, input)
    return await command.finish()
  }

  path(...names: readonly string[]): string {
    return join(this.dir, ...names)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.up[Symbol.asyncDispose]()
    await rm(this.dir, { recursive: true, force: true })
  }
}

function parseSaid(line: string): Said {
  return JSON.parse(line) as Said
}

function parseReady(ready: Said): { url: string; signal: { pid: number }; seeds: RunningSeed[] } {
  return ready as unknown as { url: string; signal: { pid: number }; seeds: RunningSeed[] }
}
