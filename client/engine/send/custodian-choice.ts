import { custodiansOf, type Policy } from '../../../protocol/placement.ts'
import type { Seed } from '../../../protocol/record/directory.ts'
import type { SeedId } from '../../../protocol/seed-id.ts'
import type { ShareId } from '../../../protocol/share-id.ts'

export type Unfit = Readonly<{
  /** Full, or not willing. */
  refusing: ReadonlySet<SeedId>
  /** Without an answer for too long. */
  silent: ReadonlySet<SeedId>
}>

/**
 * Whom a sender sends to: the custodians, and for one that refuses or is silent the next that fits. Where none
 * fits, a silent one is waited for, and last a refusing one asked again.
 */
export function chooseCustodians(
  share: { shareId: ShareId; policy: Policy },
  seeds: readonly Seed[],
  { refusing, silent }: Unfit,
): Seed[] {
  const choices = [refusing.union(silent), refusing, new Set<SeedId>()].map((skip) =>
    custodiansOf(share.shareId, share.policy, seeds, skip),
  )
  const most = Math.max(...choices.map(({ length }) => length))
  return choices.find(({ length }) => length === most) ?? []
}
