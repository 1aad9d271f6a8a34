import type { FetchSource } from './fetch-source.ts'

export function byRate(a: FetchSource, b: FetchSource): number {
  return (b.bytesPerMs ?? 0) - (a.bytesPerMs ?? 0)
}

/** What part of the window each may have in flight: by its rate, so that the fast are not kept short. */
export function sharesOf(sources: readonly FetchSource[]): Map<FetchSource, number> {
  const known = sources.flatMap(({ bytesPerMs }) => (bytesPerMs === undefined ? [] : [bytesPerMs]))
  const mean = known.length === 0 ? 1 : known.reduce((sum, rate) => sum + rate, 0) / known.length
  const total = sources.reduce((sum, { bytesPerMs = mean }) => sum + bytesPerMs, 0)
  return new Map(sources.map((source) => [source, (source.bytesPerMs ?? mean) / total]))
}
