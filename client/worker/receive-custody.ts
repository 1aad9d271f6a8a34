import { encodeGenesis } from '../../protocol/genesis.ts'
import { deriveHelpKey, deriveReadToken } from '../../protocol/key-schedule.ts'
import { custodiansOf } from '../../protocol/placement.ts'
import type { Seed } from '../../protocol/record/directory.ts'
import type { LinkToken } from '../../protocol/token.ts'
import type { Network } from '../engine/network.ts'
import type { ShareSession } from '../engine/receive/share-session.ts'
import { CustodyChecks, type SeedsAsked } from './custody-checks.ts'
import type { CustodySnapshot } from './snapshot.ts'

export type ReceiveCustodyStart = Readonly<{
  link: LinkToken
  session: Pick<ShareSession, 'genesis' | 'knownRecord'>
  /** As it is now. */
  network: () => Network
  changed: () => void
  nowMs?: () => number
}>

/** Who keeps the share that a page was opened with. */
export class ReceiveCustody {
  readonly checks: CustodyChecks
  readonly #start: ReceiveCustodyStart
  /** By this directory; undefined until it is known what the share asks for. */
  #custodians: readonly Seed[] | undefined

  constructor(start: ReceiveCustodyStart) {
    this.#start = start
    this.checks = new CustodyChecks(start.changed, start.nowMs)
  }

  /** Who is to keep it, and who else was found to: seeds that were asked in the place of another are not meant. */
  get snapshots(): readonly CustodySnapshot[] {
    const { custodians } = this
    const ids = new Set(custodians.map(({ id }) => id))
    const others = this.checks.holders.filter(({ id }) => !ids.has(id))
    return [...custodians, ...others].map((seed) => this.checks.snapshotOf(seed))
  }

  /** Who is to keep it; nobody until it is known what it asks for. */
  get custodians(): readonly Seed[] {
    const { link, session, network } = this.#start
    const genesis = session.knownRecord?.genesis
    if (genesis === undefined) return []
    this.#custodians ??= custodiansOf(link.shareId, genesis, network().directory.seeds)
    return this.#custodians
  }

  /** There is a newer directory. */
  takeSeeds(): void {
    this.#custodians = undefined
  }

  async ask(asked: SeedsAsked): Promise<void> {
    const { link, session, network } = this.#start
    const genesis = await session.genesis()
    const readToken = deriveReadToken(deriveHelpKey(link.secret), genesis.salt)
    const ownerPublicKey = genesis.ownerPublicKey
    const genesisBytes = encodeGenesis(genesis)
    const share = { shareId: link.shareId, genesis, genesisBytes, readToken, ownerPublicKey }
    await this.checks.ask(asked, share, network())
  }
}
