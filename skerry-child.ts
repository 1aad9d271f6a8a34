import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { once } from 'node:events'
import { join } from 'node:path'
import { isFaultCode, TransferError } from './protocol/errors.ts'

/** A process that `up` keeps alive: how it is started and what it said when it was ready. */
export type ChildPlan = Readonly<{
  name: string
  /** Arguments of the `skerry` command. */
  args: readonly string[]
}>

/** The JSON line with `"event":"ready"` that a child prints once it answers. */
export type ReadyLine = Readonly<Record<string, unknown>>

export type SupervisedEvent =
  | Readonly<{ type: 'restarted'; name: string; pid: number }>
  | Readonly<{
      type: 'ended'
      name: string
      code: number | undefined
      restartInMs: number | undefined
    }>

const RESTART_FIRST_MS = 1000
const RESTART_MAX_MS = 30_000
const STEADY_MS = 60_000
// Only so that one that hangs is named: a small machine with a slow disk takes a while.
const READY_TIMEOUT_MS = 120_000
const STOP_TIMEOUT_MS = 5000

/**
 * Keeps one child process running: started again with the same arguments, after 1 s and then with back-off,
 * until it is stopped. A child's standard input is a pipe that nobody writes to: it closes when this process
 * ends, however it ends, and the child then ends too.
 */
export class SupervisedChild implements AsyncDisposable {
  readonly #plan: ChildPlan
  readonly #restarts: boolean
  readonly #report: (event: SupervisedEvent) => void
  #child: ChildProcess | undefined
  #startedMs = 0
  #delayMs = RESTART_FIRST_MS
  #timer: NodeJS.Timeout | undefined
  #isStopping = false

  constructor(plan: ChildPlan, restarts: boolean, report: (event: SupervisedEvent) => void) {
    this.#plan = plan
    this.#restarts = restarts
    this.#report = report
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** @throws {TransferError} What the child said was wrong, if it ended before it was ready. */
  async start(): Promise<ReadyLine> {
    const [node, script] = [process.execPath, join(import.meta.dirname, 'skerry.ts')]
    const child = spawn(node, [script, ...this.#plan.args, '--json', '--with-parent'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#child = child
    this.#startedMs = Date.now()
    const ready = readReady(child, this.#plan.name)
    child.once('exit', (code) => this.#ended(code ?? undefined))
    return ready
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true
    clearTimeout(this.#timer)
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill('SIGTERM')
    const force = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
    await exit
    clearTimeout(force)
  }

  #ended(code: number | undefined): void {
    const name = this.#plan.name
    if (this.#isStopping) return
    if (!this.#restarts) return this.#report({ type: 'ended', name, code, restartInMs: undefined })
    if (Date.now() - this.#startedMs > STEADY_MS) this.#delayMs = RESTART_FIRST_MS
    this.#report({ type: 'ended', name, code, restartInMs: this.#delayMs })
    this.#timer = setTimeout(() => void this.#restart(), this.#delayMs)
    this.#delayMs = Math.min(RESTART_MAX_MS, this.#delayMs * 2)
  }

  async #restart(): Promise<void> {
    try {
      await this.start()
      this.#report({ type: 'restarted', name: this.#plan.name, pid: this.pid ?? 0 })
    } catch {
      // It ended before it was ready: its exit has already set the next try.
    }
  }
}

async function readReady(child: ChildProcess, name: string): Promise<ReadyLine> {
  const { promise, resolve, reject } = Promise.withResolvers<ReadyLine>()
  const fail = (message: string, code = 'STOPPED'): void => {
    reject(new TransferError(isFaultCode(code) ? code : 'STOPPED', message))
  }
  const timer = setTimeout(() => fail(`${name} was not ready in time.`), READY_TIMEOUT_MS)
  const lines = createInterface({ input: child.stdout ?? process.stdin })
  lines.on('line', (line) => {
    const said = parseLine(line)
    if (said['event'] === 'ready') resolve(said)
    if (said['event'] === 'error') fail(`${name}: ${String(said['message'])}`, String(said['code']))
  })
  child.once('exit', () => fail(`${name} ended before it was ready.`))
  try {
    return await promise
  } finally {
    clearTimeout(timer)
  }
}

function parseLine(line: string): ReadyLine {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
