/** Keeps the screen on while something runs: a phone that locks would stop the page. */
export class WakeLock {
  #sentinel: WakeLockSentinel | undefined
  #isWanted = false

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
    const isHeld = this.#sentinel !== undefined && !this.#sentinel.released
    if (this.#isWanted && !isHeld && document.visibilityState === 'visible') {
      // Refused on low battery, absent in some browsers: the transfer goes on without it.
      this.#sentinel = await navigator.wakeLock?.request('screen').catch(() => undefined)
    }
    if (!this.#isWanted && isHeld) await this.#sentinel?.release()
  }
}
