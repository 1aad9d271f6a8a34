import { createHook } from 'node:async_hooks'
import { setTimeout } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { JsonOutput } from './client/cli/json-output.ts'
import type { Output } from './client/cli/output.ts'
import type { TerminalOutput } from './client/cli/terminal-output.ts'
import { reasonOf, untilAborted } from './client/engine/delay.ts'
import { useEngine } from './protocol/crypto/engine.ts'
import { TransferError } from './protocol/errors.ts'
import { nodeEngine } from './skerry-crypto.ts'

/** What every command gets besides its options. */
export type Context = Readonly<{
  output: Output
  isJson: boolean
  /** Aborts when the person, the system or the parent process ends the command. */
  signal: AbortSignal
}>

export type CommonFlags = Readonly<{ json?: true; withParent?: true }>

export const EXIT_DONE = 0
const EXIT_FAILED = 1

/** Longer than a disk takes that answers at all. */
const DISK_PATIENCE_MS = 3000
const DISK_LOOK_MS = 50

/**
 * How much a heap may grow before it is looked through again. The bytes of sockets count, of which gigabytes pass
 * through a process that keeps 30 MB: V8 by itself looked through those 30 MB every 15 MB. A seed took 1.2 s less of
 * processor time for an upload of 256 MiB, of 4.7, and as much memory as before (208 to 235 MB at most).
 */
const HEAP_GROWING_PERCENT = 300
export const EXIT_USAGE = 2

/** Runs a command through which the bytes of a transfer pass, as `run` does. */
export async function runTransfer(
  flags: CommonFlags,
  action: (context: Context) => Promise<void>,
): Promise<never> {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWING_PERCENT}`)
  return run(flags, action)
}

/** Runs a command and ends the process: 0 done, 1 failed, 2 used wrongly; what went wrong is said in one place. */
export async function run(
  { json, withParent }: CommonFlags,
  action: (context: Context) => Promise<void>,
): Promise<never> {
  useEngine(nodeEngine)
  const isJson = json === true
  const signal = endSignal(withParent === true)
  // Who reads our output may have had enough of it (`| head`): what the command is there for goes on.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  const code = await runToEnd({ isJson, signal }, action)
  await untilWritten()
  return exit(code)
}

/**
 * The usual end of a process waits for its calls to the file system: with one that hangs it would never come. What is
 * done may wait: it is to end with 0.
 */
async function exit(code: number): Promise<never> {
  if (code !== EXIT_DONE && (await isDiskHung())) process.kill(process.pid, 'SIGKILL')
  process.exit(code)
}

/** Whether a call to the file system is under way for as long as one may take, and none comes back meanwhile. */
async function isDiskHung(): Promise<boolean> {
  using answers = new DiskAnswers()
  let seen = 0
  for (let waitedMs = 0; hasDiskCall(); waitedMs += DISK_LOOK_MS) {
    if (answers.count !== seen) waitedMs = 0
    seen = answers.count
    if (waitedMs >= DISK_PATIENCE_MS) return true
    await setTimeout(DISK_LOOK_MS)
  }
  return false
}

/** Counts the calls to the file system that come back. */
class DiskAnswers implements Disposable {
  count = 0
  readonly #calls = new Set<number>()
  readonly #hook = createHook({
    init: (id, type) => void (isDiskCall(type) && this.#calls.add(id)),
    before: (id) => {
      if (this.#calls.delete(id)) this.count += 1
    },
  }).enable();

  [Symbol.dispose](): void {
    this.#hook.disable()
  }
}

function hasDiskCall(): boolean {
  return process.getActiveResourcesInfo().some((type) => isDiskCall(type))
}

function isDiskCall(type: string): boolean {
  return /^FSReq|^FileHandleCloseReq/i.test(type)
}

/** @throws The reason of `signal`, where it aborts and the command cannot end for a disk that does not answer. */
async function untilHung(signal: AbortSignal): Promise<never> {
  await untilAborted(signal)
  while (!(await isDiskHung())) await setTimeout(DISK_PATIENCE_MS)
  throw reasonOf(signal)
}

/** A pipe holds a few pages only, and the end of the process must not cut off what is still to go through. */
async function untilWritten(): Promise<void> {
  await new Promise((resolve) => process.stdout.write('', resolve))
}

async function runToEnd(
  { isJson, signal }: Pick<Context, 'isJson' | 'signal'>,
  action: (context: Context) => Promise<void>,
): Promise<number> {
  using terminal = isJson ? undefined : await createTerminal()
  const output: Output = terminal ?? new JsonOutput(writeLine)
  try {
    await Promise.race([action({ output, isJson, signal }), untilHung(signal)])
    return EXIT_DONE
  } catch (error) {
    return reportFailure(error, isJson)
  }
}

/** Says what went wrong, for a program or a person. @returns The exit code. */
export function reportFailure(error: unknown, isJson: boolean): number {
  const fault = error instanceof TransferError ? error : mistakeOf(error)
  if (isJson)
    writeLine(JSON.stringify({ event: 'error', code: fault.code, message: fault.message }))
  else process.stderr.write(`skerry: ${fault.message}\n`)
  return fault.code === 'USAGE' || fault.code === 'LINK_WRONG_KIND' ? EXIT_USAGE : EXIT_FAILED
}

/** A mistake of ours is said as one; its stack helps whoever reports it, and is shown only when asked for. */
function mistakeOf(error: unknown): TransferError {
  const reason = error instanceof Error ? error : new Error(String(error))
  if (process.env['SKERRY_DEBUG'] !== undefined) process.stderr.write(`${reason.stack ?? ''}\n`)
  const message = `Something in skerry itself went wrong (${reason.message}). Nothing that was stored is lost. Run it again; with SKERRY_DEBUG=1 it says where.`
  return new TransferError('STOPPED', message, { cause: error })
}

async function createTerminal(): Promise<TerminalOutput> {
  const { TerminalOutput } = await import('./client/cli/terminal-output.ts')
  return new TerminalOutput(writeLine, writeAside, process.stderr.isTTY)
}

function writeAside(text: string): void {
  process.stderr.write(`${text}\n`)
}

export function writeLine(text: string): void {
  process.stdout.write(`${text}\n`)
}

function endSignal(withParent: boolean): AbortSignal {
  const end = new AbortController()
  const stop = (why: string) => (): void => {
    // A second Ctrl-C waits for nothing but a call to the disk.
    if (end.signal.aborted) return void exit(EXIT_FAILED)
    end.abort(new TransferError('STOPPED', why))
  }
  const interrupted = stop('Stopped. What was done is kept: the same command goes on from there.')
  // Ctrl-C reaches every process of a terminal: a child leaves it to its parent, which ends it in order.
  process.on('SIGINT', withParent ? () => undefined : interrupted)
  process.on('SIGTERM', stop('Stopped from outside. What was done is kept.'))
  if (withParent) {
    // The parent holds the other end of this pipe and never writes: it closes when the parent ends, however.
    process.stdin.resume().once('close', stop('The parent process ended.'))
  }
  return end.signal
}

/** What commander says, as all other messages are: it starts small, after `error: `, and often has no end. */
export function sentenceOf(message: string): string {
  const text = message
    .replace(/^error: /, '')
    .replaceAll('\n', ' ')
    .replace(/[^.?!]$/, '$&.')
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
