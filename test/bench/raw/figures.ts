/** The middle one of some measurements. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now()
  await work()
  return (performance.now() - startMs) / 1000
}

export function megabytesPerSecond(bytes: number, seconds: number): string {
  return `${(bytes / 1e6 / seconds).toFixed(0)} MB/s`
}

/** `ratio 0.42 (target ≥ 0.70, missed)`. */
export function ratioText(ratio: number, least?: number): string {
  const text = `ratio ${ratio.toFixed(2)}`
  if (least === undefined) return text
  return `${text} (target ≥ ${least.toFixed(2)}${ratio < least ? ', missed' : ''})`
}
