import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** One JSON line that the command printed. */
export type Said = Readonly<Record<string, unknown> & { event: string }>

/** How a command ended and everything it said. */
export type Finished = Readonly<{ code: number; said: readonly Said[]; stderr: string }>

/** What a client command gets besides its arguments. */
export type ClientOptions = Readonly<{
  /** For standard input, which is left open without it. */
  input?: string
  /** Name of its state folder: another one is another person. */
  home?: string
  env?: NodeJS.ProcessEnv
  /** Number of the user that it runs as. */
  user?: number | undefined
  /** What it is started by, such as `ip netns exec NAME`. */
  within?: readonly string[]
}>

const SKERRY = fileURLToPath(new URL('../../skerry.ts', import.meta.url))
const STOP_TIMEOUT_MS = 10_000

/** A command that runs, and what it says as it says it. */
export class RunningCommand implements AsyncDisposable {
  readonly said: Said[] = []
  readonly #child: ChildProcess
  readonly #exit: Promise<number>
  #stderr = ''
  #waiting: { matches: (said: Said) => boolean; resolve: (said: Said) => void }[] = []

  constructor(
    args: readonly string[],
    env: NodeJS.ProcessEnv,
    { input = '', user, within = [] }: Pick<ClientOptions, 'input' | 'user' | 'within'> = {},
  ) {
    const whole = { ...process.env, ...env }
    const as = user === undefined ? {} : { uid: user }
    const [program = '', ...rest] = [...within, process.execPath, SKERRY, ...args]
    this.#child = spawn(program, rest, { env: whole, ...as })
    this.#exit = once(this.#child, 'close').then(([code]) => (typeof code === 'number' ? code : -1))
    this.#child.stderr?.on('data', (part: Buffer) => (this.#stderr += part.toString()))
    createInterface({ input: this.#child.stdout ?? process.stdin }).on('line', (line) =>
      this.#hear(line),
    )
    // Whoever ends early does not read it all.
    this.#child.stdin?.on('error', () => undefined)
    // `up` ends with its input, so that is left open.
    if (input !== '') this.#child.stdin?.end(input)
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** What it wrote on standard error so far. */
  get stderr(): string {
    return this.#stderr
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
    // One that stands still ends only like this.
    const force = setTimeout(() => this.kill('SIGKILL'), STOP_TIMEOUT_MS)
    await this.#exit
    clearTimeout(force)
  }

  #hear(line: string): void {
    const said = parseSaid(line)
    // Cut off when it was killed.
    if (said === undefined) return
    this.said.push(said)
    for (const waiting of this.#waiting.filter(({ matches }) => matches(said)))
      waiting.resolve(said)
    this.#waiting = this.#waiting.filter(({ matches }) => !matches(said))
  }
}

function parseSaid(line: string): Said | undefined {
  try {
    return JSON.parse(line) as Said
  } catch {
    return undefined
  }
}
