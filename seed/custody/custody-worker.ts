import type { JobAnswer } from '../../protocol/custody/custody-event.ts'
import type { CustodyJob } from '../../protocol/custody/custody-job.ts'
import type { CustodyTiming } from '../../protocol/custody/custody-timing.ts'
import { isLive } from '../../protocol/custody/share-facts.ts'
import { PULLS_MAX, REPAIR_PULLS_MAX } from '../../protocol/limits.ts'
import type { SeedId } from '../../protocol/seed-id.ts'
import type { Share } from '../catalog/share.ts'
import type { ShareService } from '../share-service.ts'
import { Slots } from '../slots.ts'
import type { AskedSeed } from './asked-seed.ts'
import { audit } from './audit.ts'
import { failedAnswer } from './failed-answer.ts'
import { FillSource } from './fill-source.ts'
import { lookAt } from './look.ts'
import type { SeedClients } from './seed-clients.ts'
import { factsOf } from './share-facts-of.ts'
import { ShareFill, type FillTiming } from './share-fill.ts'
import { takeFrom } from './take.ts'
import { tellTo } from './tell.ts'

export type WorkerParts = Readonly<{
  shares: ShareService
  clients: SeedClients
  signal: AbortSignal
  nowMs: () => number
  timing: CustodyTiming
  fillTiming: FillTiming
}>

/** Does the jobs of custody at the other seeds, over HTTP. */
export class CustodyWorker {
  readonly #parts: WorkerParts
  readonly #livePulls = new Slots(PULLS_MAX)
  readonly #repairPulls = new Slots(REPAIR_PULLS_MAX)

  constructor(parts: WorkerParts) {
    this.#parts = parts
  }

  /** @throws What failed here; whatever fails at the other seed is an answer. */
  async run(job: CustodyJob): Promise<JobAnswer> {
    const share = await this.#parts.shares.find(job.shareId)
    if (share === undefined) return { type: 'failed' }
    if (job.type === 'fill') return this.#fill(share, job.sources)
    const { clients, shares, signal } = this.#parts
    const [seed, client] = [clients.seed(job.seedId), clients.client(job.seedId, share.id)]
    if (seed === undefined || client === undefined) return { type: 'silent' }
    try {
      return await doAt({ shares, share, seed, client, signal }, job)
    } catch (cause) {
      if (signal.aborted) return { type: 'failed' }
      const answer = failedAnswer(cause, share)
      if (answer.type === 'silent') clients.turn(job.seedId)
      return answer
    }
  }

  async #fill(share: Share, seedIds: readonly SeedId[]): Promise<JobAnswer> {
    const { shares, clients, signal, timing, fillTiming, nowMs } = this.#parts
    const sources = seedIds.flatMap((id) => {
      const client = clients.client(id, share.id)
      return client === undefined ? [] : [new FillSource(id, client)]
    })
    const isUploaded = isLive(factsOf(share, shares), timing.liveMs, nowMs())
    const pulls = isUploaded ? this.#livePulls : this.#repairPulls
    const fill = new ShareFill({ shares, share, sources, pulls, signal, timing: fillTiming })
    return fill.run()
  }
}

function doAt(asked: AskedSeed, job: Exclude<CustodyJob, { type: 'fill' }>): Promise<JobAnswer> {
  switch (job.type) {
    case 'look':
      return lookAt(asked)
    case 'take':
      return takeFrom(asked)
    case 'tell':
      return tellTo(asked, job.knownCount)
    case 'audit':
      return audit(asked, job)
  }
}
