import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { RunningCommand, type ClientOptions, type Finished, type Said } from './running-command.ts'

export type RunningSeed = Readonly<{
  id: string
  url: string
  operator: string
  jurisdiction: string
  pid: number
  dir: string
}>

export type NetworkOptions = Readonly<{
  /** Of `up`. */
  args?: readonly string[]
  /** Of every process of the network. */
  env?: NodeJS.ProcessEnv
  /** Folder that its own is made in. */
  parent?: string
  /** What it is started by. */
  within?: readonly string[]
}>

const GONE_POLL_MS = 20

/** A network of its own for a test: processes, data and client state in a folder that goes with it. */
export class TestNetwork implements AsyncDisposable {
  readonly dir: string
  readonly url: string
  readonly seeds: readonly RunningSeed[]
  readonly up: RunningCommand
  readonly #signalPid: number
  readonly #env: NodeJS.ProcessEnv
  /** Seeds that were started again by `startSeed`. */
  readonly #started = new Map<RunningSeed, RunningCommand>()

  private constructor(dir: string, up: RunningCommand, ready: Said, env: NodeJS.ProcessEnv) {
    const { url, signal, seeds } = parseReady(ready)
    this.dir = dir
    this.url = url
    this.#signalPid = signal.pid
    this.seeds = seeds
    this.up = up
    this.#env = env
  }

  static start(...args: readonly string[]): Promise<TestNetwork> {
    return TestNetwork.startWith({ args })
  }

  static async startWith(options: NetworkOptions): Promise<TestNetwork> {
    const { args = [], env = {}, parent = tmpdir(), within = [] } = options
    const dir = await mkdtemp(join(parent, 'skerry-test-'))
    const place = ['--port', '0', '--dir', join(dir, 'up')]
    // It ends with its parent: also when a run of tests is killed.
    const up = new RunningCommand(['up', '--json', '--with-parent', ...place, ...args], env, {
      within,
    })
    try {
      return new TestNetwork(dir, up, await up.until(({ event }) => event === 'ready'), env)
    } catch (error) {
      await up[Symbol.asyncDispose]()
      await rm(dir, { recursive: true, force: true })
      throw error
    }
  }

  /** The seed of that place in `--seeds`. */
  seed(index: number): RunningSeed {
    const seed = this.seeds[index]
    if (seed === undefined) throw new Error(`no seed ${index}`)
    return seed
  }

  /** The process that is this seed now. */
  pidOf(seed: RunningSeed): number {
    return this.#started.get(seed)?.pid ?? this.#restartedPid(basename(seed.dir)) ?? seed.pid
  }

  /** To all seeds. Stopped, they take connections and never answer. */
  signalSeeds(name: 'SIGSTOP' | 'SIGCONT'): void {
    for (const seed of this.seeds) process.kill(this.pidOf(seed), name)
  }

  /** `kill -9`; resolves when the process is gone. */
  async killSeed(seed: RunningSeed): Promise<void> {
    await killNow(this.pidOf(seed))
  }

  /** `kill -9` of every process, all at once. */
  async killAll(): Promise<void> {
    const seeds = this.seeds.map((seed) => this.pidOf(seed))
    const pids = [this.up.pid, this.signalPid, ...seeds]
    await Promise.all(pids.filter((pid) => isRunning(pid)).map((pid) => killNow(pid)))
  }

  /** Starts the whole network again after `killAll`, from what lies on its disks. */
  async startAgain(): Promise<RunningCommand> {
    const place = ['--port', new URL(this.url).port, '--dir', join(this.dir, 'up')]
    const up = new RunningCommand(['up', '--json', '--with-parent', ...place], this.#env)
    await up.until(({ event }) => event === 'ready')
    return up
  }

  /** All that its servers wrote: their logs, and what they say of themselves. */
  get log(): string {
    const commands = [this.up, ...this.#started.values()]
    return commands
      .map(
        ({ stderr, said }) => `${stderr}\n${said.map((line) => JSON.stringify(line)).join('\n')}`,
      )
      .join('\n')
  }

  /** The process that is the signal server now. */
  get signalPid(): number {
    return this.#restartedPid('signal') ?? this.#signalPid
  }

  get isSignalRunning(): boolean {
    return isRunning(this.signalPid)
  }

  async killSignal(): Promise<void> {
    await killNow(this.signalPid)
  }

  /** Starts a seed again that was killed, for networks that do not do that themselves (`--no-restart`). */
  async startSeed(seed: RunningSeed, ...more: readonly string[]): Promise<void> {
    const name = basename(seed.dir)
    const port = new URL(seed.url).port
    const listen = ['--host', '127.0.0.1', '--port', port, '--admin-port', '0']
    const files = ['--dir', seed.dir, '--identity', join(this.dir, 'up', 'keys', name)]
    const rest = ['--directory-interval', '1s', '--with-parent', '--json', ...more]
    const command = new RunningCommand(['seed', ...listen, ...files, ...rest], this.#env)
    await this.#started.get(seed)?.[Symbol.asyncDispose]()
    this.#started.set(seed, command)
    await command.until(({ event }) => event === 'ready')
  }

  /** All seeds run and answer again, whatever a test left behind that failed. */
  async mend(): Promise<void> {
    for (const seed of this.seeds) {
      if (isRunning(this.pidOf(seed))) process.kill(this.pidOf(seed), 'SIGCONT')
      else await this.startSeed(seed)
    }
  }

  /** Starts a client command with JSON output. */
  start(args: readonly string[], options: ClientOptions = {}): RunningCommand {
    const { home = 'home', env } = options
    const place = { SKERRY_HOME: join(this.dir, home), SKERRY_NETWORK: this.url }
    return new RunningCommand([...args, '--json'], { ...this.#env, ...place, ...env }, options)
  }

  /** Runs a client command to its end. */
  async run(args: readonly string[], options: ClientOptions = {}): Promise<Finished> {
    await using command = this.start(args, options)
    return await command.finish()
  }

  path(...names: readonly string[]): string {
    return join(this.dir, ...names)
  }

  #restartedPid(name: string): number | undefined {
    const isIt = (said: Said): boolean => said.event === 'restarted' && said['name'] === name
    const pid = this.up.said.findLast(isIt)?.['pid']
    return pid === undefined ? undefined : Number(pid)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const command of this.#started.values()) await command[Symbol.asyncDispose]()
    await this.up[Symbol.asyncDispose]()
    await rm(this.dir, { recursive: true, force: true })
  }
}

/** `kill -9`; resolves when the process is gone. */
async function killNow(pid: number): Promise<void> {
  // Dead already, as after a try that failed.
  if (!isRunning(pid)) return
  process.kill(pid, 'SIGKILL')
  while (isRunning(pid)) await new Promise((resolve) => setTimeout(resolve, GONE_POLL_MS))
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

function parseReady(ready: Said): { url: string; signal: { pid: number }; seeds: RunningSeed[] } {
  return ready as unknown as { url: string; signal: { pid: number }; seeds: RunningSeed[] }
}
