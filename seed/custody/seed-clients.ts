import { SeedWriter } from '../../client/engine/net/seed-writer.ts'
import type { Directory, Seed } from '../../protocol/record/directory.ts'
import type { SeedId } from '../../protocol/seed-id.ts'
import type { ShareId } from '../../protocol/share-id.ts'

/** Where the other seeds are, by the newest directory. Of several addresses, the one that answered last. */
export class SeedClients {
  #seeds: ReadonlyMap<SeedId, Seed> = new Map()
  readonly #turns = new Map<SeedId, number>()

  update({ seeds }: Directory): void {
    this.#seeds = new Map(seeds.map((seed) => [seed.id, seed]))
    for (const id of this.#turns.keys()) if (!this.#seeds.has(id)) this.#turns.delete(id)
  }

  seed(id: SeedId): Seed | undefined {
    return this.#seeds.get(id)
  }

  /** @returns undefined for a seed that is not listed, or cannot be reached over HTTP. */
  url(id: SeedId): string | undefined {
    return this.#urls(id)[0]
  }

  client(id: SeedId, shareId: ShareId): SeedWriter | undefined {
    const urls = this.#urls(id)
    return urls.length === 0 ? undefined : new SeedWriter({ urls, shareId })
  }

  /** The address does not answer: the next one is tried. */
  turn(id: SeedId): void {
    this.#turns.set(id, (this.#turns.get(id) ?? 0) + 1)
  }

  /** The one that answered last first. */
  #urls(id: SeedId): string[] {
    const urls = this.#seeds.get(id)?.urls ?? []
    const turn = (this.#turns.get(id) ?? 0) % urls.length
    return [...urls.slice(turn), ...urls.slice(0, turn)]
  }
}
