import { OFFERS_WAITING_MAX, RTC_CANDIDATES_MAX } from '../../../protocol/limits.ts'
import type { ConnectionId, MemberId } from '../../../protocol/room/room-names.ts'
import type { RtcSignal } from '../../../protocol/room/rtc-signal.ts'
import { trimOldest } from '../../../protocol/trim-oldest.ts'

type WaitingOffer = Readonly<{ connection: ConnectionId; signals: RtcSignal[] }>

/** Offers of members that are not answered yet, with the candidates that came behind them: the last of each. */
export class OfferDesk {
  readonly #offers = new Map<MemberId, WaitingOffer>()

  /** @returns Whether it is a new offer. What comes without one is dropped. */
  put(from: MemberId, connection: ConnectionId, signal: RtcSignal): boolean {
    if (signal.type === 'offer') {
      this.#offers.delete(from)
      this.#offers.set(from, { connection, signals: [signal] })
      trimOldest(this.#offers, OFFERS_WAITING_MAX)
      return true
    }
    const offer = this.#offers.get(from)
    const isRoomy = (offer?.signals.length ?? 0) <= RTC_CANDIDATES_MAX
    if (offer?.connection === connection && isRoomy) offer.signals.push(signal)
    return false
  }

  take(from: MemberId): WaitingOffer | undefined {
    const offer = this.#offers.get(from)
    this.#offers.delete(from)
    return offer
  }
}
