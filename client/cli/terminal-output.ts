import { SingleBar } from 'cli-progress'
import type { CliEvent, CustodyLine, Output } from './output.ts'
import { formatBytes, formatCount, formatDuration } from '../words.ts'
import { seedName } from '../engine/seed-name.ts'

type Line = (text: string) => void
type Progress = Extract<CliEvent, { event: 'progress' }>

/** Talks to a person: results on standard output, everything else on standard error. */
export class TerminalOutput implements Output, Disposable {
  readonly #result: Line
  readonly #aside: Line
  readonly #bar: SingleBar | undefined
  #lastNote: string | undefined
  #barIsShown = false

  /** @param isTerminal - Whether standard error is a terminal, where a progress bar can be drawn. */
  constructor(result: Line, aside: Line, isTerminal: boolean) {
    this.#result = result
    this.#aside = aside
    this.#bar = isTerminal ? createBar() : undefined
  }

  event(event: CliEvent): void {
    switch (event.event) {
      case 'progress':
        return this.#progress(event)
      case 'link':
        this.#result(event.link)
        return this.#say(tokensText(event))
      case 'stored':
        return this.#say(storedText(event))
      case 'complete':
        this.#say(`Complete and verified: ${formatCount(event.files.length, 'file')}.`)
        return this.#files(event.files)
      case 'status':
        return this.#status(event)
      case 'serving':
        return this.#serving(event)
      case 'warning':
      case 'note':
        return this.#say(event.message)
    }
  }

  [Symbol.dispose](): void {
    if (this.#barIsShown) this.#bar?.stop()
    this.#barIsShown = false
  }

  #progress({ doneBytes, totalBytes, bytesPerSecond, secondsLeft, note }: Progress): void {
    const left = secondsLeft === undefined ? '' : `, ${formatDuration(secondsLeft)} left`
    const payload = {
      done: formatBytes(doneBytes),
      size: formatBytes(totalBytes),
      pace: note ?? `${formatBytes(bytesPerSecond)}/s${left}`,
    }
    if (this.#bar === undefined) {
      // Without a bar only a change of reason is worth a line.
      if (note !== undefined && note !== this.#lastNote) this.#aside(note)
      this.#lastNote = note
      return
    }
    if (!this.#barIsShown) this.#bar.start(totalBytes, doneBytes, payload)
    this.#barIsShown = true
    this.#bar.setTotal(totalBytes)
    this.#bar.update(doneBytes, payload)
  }

  /** Only what changed is worth a line. */
  #serving(event: Extract<CliEvent, { event: 'serving' }>): void {
    const note = servingText(event)
    if (note !== this.#lastNote) this.#aside(note)
    this.#lastNote = note
  }

  #files(files: Extract<CliEvent, { event: 'complete' }>['files']): void {
    // A folder of thousands is not worth thousands of lines.
    for (const { path, bytes } of files.slice(0, 10))
      this.#result(`${path} (${formatBytes(bytes)})`)
    if (files.length > 10) this.#result(`… and ${files.length - 10} more`)
  }

  #status({ share, seeds }: Extract<CliEvent, { event: 'status' }>): void {
    this.#result(`Share ${share.id}: ${share.state}, ${formatBytes(share.sealedBytes)} sealed`)
    this.#result(`Policy: ${share.policy}, ${share.isPolicyMet ? 'met' : 'NOT met'}`)
    this.#result(`Expires: ${share.expiresAt}`)
    for (const seed of seeds) this.#result(custodyText(seed))
  }

  #say(text: string): void {
    this[Symbol.dispose]()
    this.#aside(text)
  }
}

function createBar(): SingleBar {
  return new SingleBar({
    format: '{bar} {percentage}% · {done} of {size} · {pace}',
    barsize: 24,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
    forceRedraw: true,
    gracefulExit: false,
    stream: process.stderr,
  })
}

function tokensText(event: Extract<CliEvent, { event: 'link' }>): string {
  const { owner, helper, peersForbidden } = event
  const kept = `Whoever has this link can read it. To delete or extend it, keep:\n  ${owner}`
  if (peersForbidden) return kept
  return `${kept}\nWhoever is to help carry it, and not read it (skerry help-share), needs:\n  ${helper}`
}

function servingText(event: Extract<CliEvent, { event: 'serving' }>): string {
  const { peers, givenBytes, heldBytes, totalBytes, note = '' } = event
  const given = `${formatBytes(givenBytes)} given; connected to ${formatCount(peers, 'other')}.`
  if (heldBytes === undefined) return given
  const total = totalBytes === undefined ? '' : ` of ${formatBytes(totalBytes)}`
  return `${formatBytes(heldBytes)}${total} here; ${given} ${note}`.trimEnd()
}

function storedText({ seeds, belowPolicy }: Extract<CliEvent, { event: 'stored' }>): string {
  const places = seeds.map((seed) => seedName(seed)).join(', ')
  if (belowPolicy)
    return `Stored once, below policy: ${places}. If that seed is lost, the share is lost.`
  return `Stored: ${places}. This computer is no longer needed.`
}

function custodyText(line: CustodyLine): string {
  const role = line.isCustodian ? 'custodian' : 'holds a copy'
  const receipt = line.receiptAt === undefined ? 'no receipt' : `receipt ${line.receiptAt}`
  const problem = line.problem === undefined ? '' : ` · ${line.problem}`
  const who = `${seedName(line)} ${line.url}`
  return `  ${who} · ${role} · holds ${line.held} · ${receipt} · challenge ${line.challenge}${problem}`
}
