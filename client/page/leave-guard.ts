/** Asks before the page is left, only while that would lose something. */
export class LeaveGuard {
  #isNeeded = false

  set isNeeded(isNeeded: boolean) {
    if (isNeeded === this.#isNeeded) return
    this.#isNeeded = isNeeded
    if (isNeeded) addEventListener('beforeunload', ask)
    // A listener that stays would keep the page out of the browser's back cache.
    else removeEventListener('beforeunload', ask)
  }
}

function ask(event: BeforeUnloadEvent): void {
  event.preventDefault()
}
