import type { MemberId } from '../../protocol/room/room-names.ts'

type Stay = { member: MemberId; untilMs: number }

/** The members of one room: any of them can be drawn, put or deleted without a look at all the others. */
export class LocalRoom {
  readonly #stays: Stay[] = []
  readonly #places = new Map<MemberId, number>()

  /** With those whose time is over and who were not met since. */
  get memberCount(): number {
    return this.#stays.length
  }

  put(member: MemberId, untilMs: number): void {
    const stay = this.#stays[this.#places.get(member) ?? -1]
    if (stay !== undefined) {
      stay.untilMs = untilMs
      return
    }
    this.#places.set(member, this.#stays.length)
    this.#stays.push({ member, untilMs })
  }

  delete(member: MemberId): void {
    const place = this.#places.get(member)
    if (place !== undefined) this.#deleteAt(place)
  }

  /** Draws without putting back; who is drawn and late is gone for good, and does not count. */
  sample(count: number, nowMs: number, random: () => number): MemberId[] {
    const stays = this.#stays
    const drawn: MemberId[] = []
    while (drawn.length < count && drawn.length < stays.length) {
      // The front holds who was drawn already: Fisher and Yates, as far as it is needed.
      const place = drawn.length + Math.floor(random() * (stays.length - drawn.length))
      const stay = stays[place]
      if (stay === undefined) break
      if (stay.untilMs <= nowMs) {
        this.#deleteAt(place)
        continue
      }
      this.#swap(drawn.length, place)
      drawn.push(stay.member)
    }
    return drawn
  }

  #deleteAt(place: number): void {
    this.#swap(place, this.#stays.length - 1)
    const stay = this.#stays.pop()
    if (stay !== undefined) this.#places.delete(stay.member)
  }

  #swap(a: number, b: number): void {
    const [first, second] = [this.#stays[a], this.#stays[b]]
    if (first === undefined || second === undefined) return
    this.#stays[a] = second
    this.#stays[b] = first
    this.#places.set(second.member, a).set(first.member, b)
  }
}
