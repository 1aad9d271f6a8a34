import { DIRECTORY_REFRESH_MS } from '../protocol/limits.ts'

/** What of it must outlive the process. */
export type SavedPublication = Readonly<{
  /** Of the newest directory; 0 before the first. */
  version: number
  publishedAtMs: number
  /** Whether a seed differs from what that directory says of it. */
  isChanged: boolean
}>

/** Decides when there is a new directory, and its version: that rises whatever happens to clock and folder. */
export class Publication {
  readonly #intervalMs: number
  #version: number
  #publishedAtMs: number
  #isChanged: boolean

  /** @param intervalMs - A change makes a new directory at most once in so long. */
  constructor(intervalMs: number, saved: SavedPublication | undefined) {
    this.#intervalMs = intervalMs
    this.#version = saved?.version ?? 0
    this.#publishedAtMs = saved?.publishedAtMs ?? 0
    this.#isChanged = saved?.isChanged ?? true
  }

  get deadlineMs(): number {
    return this.#publishedAtMs + (this.#isChanged ? this.#intervalMs : DIRECTORY_REFRESH_MS)
  }

  /** The directory no longer says how things are. */
  change(): void {
    this.#isChanged = true
  }

  /** @returns The version to be published now, or undefined if none is due. */
  next(nowMs: number): number | undefined {
    const elapsedMs = nowMs - this.#publishedAtMs
    const isDue = this.#isChanged && elapsedMs >= this.#intervalMs
    // Issued in what is now the future, because the clock was put back: nobody should wait for that.
    const isAhead = elapsedMs < -this.#intervalMs
    if (!isDue && !isAhead && elapsedMs < DIRECTORY_REFRESH_MS) return undefined
    // The time, so that it does not fall either when the folder was lost or put back from a copy.
    this.#version = Math.max(this.#version + 1, nowMs)
    this.#publishedAtMs = nowMs
    this.#isChanged = false
    return this.#version
  }

  save(): SavedPublication {
    const [version, publishedAtMs] = [this.#version, this.#publishedAtMs]
    return { version, publishedAtMs, isChanged: this.#isChanged }
  }
}
