import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { TransferError } from '../../protocol/errors.ts'
import { createRandom } from '../random.ts'
import { RawUpload } from './raw-upload.ts'

export type SeedCrashes = Readonly<{
  /** The seed's folder is made in it. */
  dir: string
  /** How often the seed is killed. */
  kills: number
  /** Of the random choices. */
  seed: number
  note?: (text: string) => void
}>

export type SeedCrashFigures = Readonly<{
  kills: number
  /** Shares that became whole in spite of all. */
  wholeShares: number
  /** Chunks read and compared after the kills. */
  checkedChunks: number
}>

const SCRIPT = join(import.meta.dirname, 'crashing-seed.ts')
const CACHE = join(import.meta.dirname, '..', '..', '.cache', 'compile')
/** Older shares are looked at no more. */
const UPLOADS_WATCHED = 3
const NOTE_EVERY = 50
/** A share takes about ten: some kills come in the next one. */
const ANSWERS_MAX = 16
const MORE_MS = 30

/**
 * F01: uploads share after share to one seed and kills it at a random moment, again and again. After each kill
 * everything that it answered for must be there, and everything that it serves must be right.
 */
export async function crashSeed(options: SeedCrashes): Promise<SeedCrashFigures> {
  const { dir, kills, seed, note } = options
  const uploads = new Uploads(createRandom(seed), seed)
  const random = createRandom(seed + 1)
  let checkedChunks = 0
  for (let kill = 0; kill < kills; kill += 1) {
    const [child, url] = await startSeed(join(dir, 'seed'))
    try {
      checkedChunks += await uploads.check(url)
      const sending = untilKilled(child, () => uploads.send(url))
      // By what the seed has answered, so that a slow machine is killed at the same points as a fast one.
      const moment = uploads.untilAnswers(Math.floor(random() * ANSWERS_MAX))
      await Promise.race([moment, sending])
      await pause(random() * MORE_MS)
      child.kill('SIGKILL')
      await sending
    } finally {
      child.kill('SIGKILL')
    }
    if ((kill + 1) % NOTE_EVERY === 0) note?.(`${kill + 1} of ${kills} kills`)
  }
  const [child, url] = await startSeed(join(dir, 'seed'))
  try {
    checkedChunks += await uploads.check(url)
  } finally {
    child.kill('SIGKILL')
  }
  return { kills, wholeShares: uploads.wholeCount, checkedChunks }
}

/** Shares one after the other; each is deleted when the next one is whole. */
class Uploads {
  wholeCount = 0
  readonly #random: () => number
  readonly #seed: number
  readonly #watched: RawUpload[] = []
  #madeCount = 0
  #answersLeft = 0
  #moment = Promise.withResolvers<void>()

  constructor(random: () => number, seed: number) {
    this.#random = random
    this.#seed = seed
  }

  async check(url: string): Promise<number> {
    let chunks = 0
    for (const upload of this.#watched) chunks += await upload.check(url)
    return chunks
  }

  /** Resolves after so many more answers. */
  untilAnswers(count: number): Promise<void> {
    this.#answersLeft = count
    this.#moment = Promise.withResolvers<void>()
    if (count === 0) this.#moment.resolve()
    return this.#moment.promise
  }

  /** Never returns; rejects when the seed is gone. */
  async send(url: string): Promise<never> {
    for (;;) {
      const upload = this.#watched.at(-1) ?? (await this.#next())
      await upload.send(url)
      this.wholeCount += 1
      await this.#watched.at(-2)?.delete(url)
      await this.#next()
    }
  }

  async #next(): Promise<RawUpload> {
    this.#madeCount += 1
    const onAnswer = (): void => {
      this.#answersLeft -= 1
      if (this.#answersLeft === 0) this.#moment.resolve()
    }
    const ports = { random: this.#random, onAnswer }
    const upload = await RawUpload.make(`F01 ${this.#seed} ${this.#madeCount}`, ports)
    this.#watched.push(upload)
    if (this.#watched.length > UPLOADS_WATCHED) this.#watched.shift()
    return upload
  }
}

/** Runs until the process is gone; what went wrong before that is thrown. */
async function untilKilled(child: ChildProcess, task: () => Promise<never>): Promise<void> {
  try {
    await task()
  } catch (cause) {
    const isOff = cause instanceof TransferError && cause.code === 'SEED_UNREACHABLE'
    if (!isOff || !child.killed) throw cause
  }
}

async function startSeed(dir: string): Promise<[ChildProcess, string]> {
  const child = spawn(process.execPath, [SCRIPT, dir], {
    env: { ...process.env, NODE_COMPILE_CACHE: CACHE },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })
  const gone = once(child, 'exit').then(() => {
    throw new Error('the seed does not start')
  })
  const said: readonly unknown[] = await Promise.race([once(lines, 'line'), gone])
  gone.catch(() => undefined)
  return [child, String(said[0])]
}
