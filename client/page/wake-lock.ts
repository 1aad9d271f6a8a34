/** Keeps the screen on while something runs: a phone that locks would stop the page. */
export class WakeLock {
  #sentinel: WakeLockSentinel | undefined
  #isWanted = false
  #isAsking = false

  constructor() {
    // The browser lets go of the lock whenever the page is hidden.
    document.addEventListener('visibilitychange', () => void this.#apply())
  }

  set isWanted(isWanted: boolean) {
    if (isWanted === this.#isWanted) return
    this.#isWanted = isWanted
    void this.#apply()
  }

  async #apply(): Promise<void> {
    if (this.#isWanted) await this.#ask()
    // It may have been answered when nobody wanted it any more.
    if (!this.#isWanted) await this.#sentinel?.release()
  }

  async #ask(): Promise<void> {
    const isHeld = this.#sentinel?.released === false
    if (isHeld || this.#isAsking || document.visibilityState !== 'visible') return
    this.#isAsking = true
    // Refused on low battery, absent in some browsers: the transfer goes on without it.
    this.#sentinel = await navigator.wakeLock?.request('screen').catch(() => undefined)
    this.#isAsking = false
  }
}
