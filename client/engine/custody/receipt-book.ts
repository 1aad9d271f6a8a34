import { CHALLENGE_BYTES, type Receipt } from '../../../protocol/record/receipt.ts'
import { isEqual, type Bytes } from '../../../protocol/bytes.ts'
import { TransferError } from '../../../protocol/errors.ts'
import type { Seed } from '../../../protocol/record/directory.ts'
import { openRecord } from '../../../protocol/record/record.ts'
import { seedIdOf, type SeedId } from '../../../protocol/seed-id.ts'
import type { ShareId } from '../../../protocol/share-id.ts'

/** A seed's own signed word, whoever passed it on. */
export type SeedReceipt = Readonly<{ seedId: SeedId; receipt: Receipt }>

/** The newest receipt of each seed for one share: display and "stored" go by it. */
export class ReceiptBook {
  readonly #shareId: ShareId
  readonly #outdated: ReadonlyMap<SeedId, Receipt>
  readonly #receipts = new Map<SeedId, Receipt>()

  /** @param outdated - What was said before something was lost: these, and older ones, count no more. */
  constructor(shareId: ShareId, outdated: ReadonlyMap<SeedId, Receipt> = new Map()) {
    this.#shareId = shareId
    this.#outdated = outdated
  }

  get receipts(): ReadonlyMap<SeedId, Receipt> {
    return this.#receipts
  }

  /**
   * Takes what one seed answered; what is not a receipt for this share is left out.
   *
   * @returns The seeds whose receipts came.
   */
  add(records: readonly Bytes[]): SeedReceipt[] {
    const found = records.flatMap((record) => readReceipt(record, this.#shareId))
    for (const { seedId, receipt } of found) {
      const known = this.#receipts.get(seedId) ?? this.#outdated.get(seedId)
      if (known === undefined || isNewer(receipt, known)) this.#receipts.set(seedId, receipt)
    }
    return found
  }
}

/** The receipt that `seed` itself just signed over `challenge`, if it is among `found`. */
export function ownReceipt(
  found: readonly SeedReceipt[],
  seed: Seed,
  challenge: Bytes,
): Receipt | undefined {
  return found.find(
    ({ seedId, receipt }) => seedId === seed.id && isEqual(receipt.challenge, challenge),
  )?.receipt
}

export function createChallenge(randomBytes: (count: number) => Bytes): Bytes {
  return randomBytes(CHALLENGE_BYTES)
}

function readReceipt(record: Bytes, shareId: ShareId): SeedReceipt[] {
  try {
    const { body, signer } = openRecord('receipt', record)
    return body.shareId === shareId ? [{ seedId: seedIdOf(signer), receipt: body }] : []
  } catch (cause) {
    // A seed may pass on what it likes: only a signature counts.
    if (cause instanceof TransferError) return []
    throw cause
  }
}

function isNewer(receipt: Receipt, known: Receipt): boolean {
  return receipt.seq > known.seq || (receipt.seq === known.seq && receipt.atMs > known.atMs)
}
