import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { exitOnFatal, FatalError } from './fatal-error.ts'
import { Loop } from './loop.ts'
import { catalogFolder, type OpenShares } from './open-shares.ts'
import type { SeedOptions } from './seed-options.ts'
import { Maintenance } from './share/maintenance.ts'
import { Scrub } from './share/scrub.ts'

const FOLDER_CHECK_MS = 2_000
const SCRUB_PAUSE_MS = 60_000

/** What a seed does by itself, again and again. */
export class Housekeeping implements AsyncDisposable {
  readonly #loops: readonly Loop[]
  readonly #stop = new AbortController()
  /** Resolves once everything that a rebuilt catalog knew too little of was looked at. */
  readonly verified: Promise<void>

  constructor(opened: OpenShares, options: SeedOptions, onError: (error: unknown) => void) {
    const { parts, shares, limits } = opened
    const maintenance = new Maintenance(parts, shares.removal)
    const loop = (periodMs: number, run: (signal: AbortSignal) => Promise<void>): Loop =>
      new Loop({ periodMs, run, onError })
    const loops = [
      loop(limits.maintenancePeriodMs, (signal) => maintenance.run(signal)),
      loop(FOLDER_CHECK_MS, () => checkFolder(options)),
    ]
    if (limits.scrubBytesPerSecond > 0) {
      const { copies, verification } = shares
      const { scrubBytesPerSecond: bytesPerSecond } = limits
      const scrub = new Scrub({ parts, copies, verification, bytesPerSecond })
      loops.push(loop(SCRUB_PAUSE_MS, (signal) => scrub.run(signal)))
    }
    this.#loops = loops
    this.verified = verifyAll(opened, this.#stop.signal).catch(onError)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await Promise.all(this.#loops.map((loop) => loop[Symbol.asyncDispose]()))
    await this.verified
  }
}

/**
 * Somebody emptied the data folder under the process, which would go on writing into files that have no name any
 * more. The next process starts with what is there, and is filled again by its co-custodians.
 */
async function checkFolder({ dir, onFatal = exitOnFatal }: SeedOptions): Promise<void> {
  if (existsSync(join(catalogFolder(dir), 'CURRENT'))) return
  onFatal(new FatalError('The data folder was removed while the seed was running.'))
}

async function verifyAll({ parts, shares }: OpenShares, signal: AbortSignal): Promise<void> {
  const { catalog, store } = parts
  for await (const id of store.listShares()) {
    if (signal.aborted) return
    // A share that only its file knows of gets its row when it is looked for.
    if (!(await catalog.hasRow(id))) await catalog.get(id)
  }
  for await (const [id, row] of catalog.listRows()) {
    if (signal.aborted) return
    if (!row.isVerified) await shares.verification.verify(id)
  }
}
