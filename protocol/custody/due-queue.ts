type Entry<Key> = Readonly<{ key: Key; dueMs: number }>

// Entries that were replaced stay in the heap until they come up, or until they are too many.
const SPARE_ENTRIES = 64

/** Keys, each with the time at which it is due; the earliest first. */
export class DueQueue<Key> {
  readonly #dueMs = new Map<Key, number>()
  #heap: Entry<Key>[] = []

  get size(): number {
    return this.#dueMs.size
  }

  /** When the first is due. */
  get nextMs(): number | undefined {
    this.#dropReplaced()
    return this.#heap[0]?.dueMs
  }

  dueMsOf(key: Key): number | undefined {
    return this.#dueMs.get(key)
  }

  /** Replaces the time that the key was due before. */
  set(key: Key, dueMs: number): void {
    if (this.#dueMs.get(key) === dueMs) return
    this.#dueMs.set(key, dueMs)
    this.#push({ key, dueMs })
    if (this.#heap.length > 2 * this.#dueMs.size + SPARE_ENTRIES) this.#rebuild()
  }

  delete(key: Key): void {
    this.#dueMs.delete(key)
  }

  /** Takes out the first that is due. */
  take(nowMs: number): Key | undefined {
    const nextMs = this.nextMs
    if (nextMs === undefined || nextMs > nowMs) return undefined
    const first = this.#pop()
    if (first !== undefined) this.#dueMs.delete(first.key)
    return first?.key
  }

  #dropReplaced(): void {
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (this.#dueMs.get(first.key) === first.dueMs) return
      this.#pop()
    }
  }

  #rebuild(): void {
    this.#heap = Array.from(this.#dueMs, ([key, dueMs]) => ({ key, dueMs }))
    // Sorted is a heap.
    this.#heap.sort((a, b) => a.dueMs - b.dueMs)
  }

  #push(entry: Entry<Key>): void {
    const heap = this.#heap
    let i = heap.push(entry) - 1
    while (i > 0) {
      const parent = (i - 1) >> 1
      const above = heap[parent]
      if (above === undefined || above.dueMs <= entry.dueMs) break
      heap[i] = above
      i = parent
    }
    heap[i] = entry
  }

  #pop(): Entry<Key> | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return first
    let i = 0
    for (;;) {
      const child = this.#earlierChild(i)
      const below = heap[child]
      if (below === undefined || below.dueMs >= last.dueMs) break
      heap[i] = below
      i = child
    }
    heap[i] = last
    return first
  }

  #earlierChild(i: number): number {
    const [left, right] = [this.#heap[2 * i + 1], this.#heap[2 * i + 2]]
    const isRight = left !== undefined && right !== undefined && right.dueMs < left.dueMs
    return 2 * i + (isRight ? 2 : 1)
  }
}
