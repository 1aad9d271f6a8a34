export type Given = Readonly<{
  /** What the person allows within 24 hours, over all pages; no bound if undefined. */
  bytesMax: number | undefined
  /** What the browser's log has of its current 24 hours, this page's part included. */
  loggedBytes: number
  /** What this page gave that is not in the log yet. */
  unloggedBytes: number
  /** What this page gave within its own 24 hours, which begin and end at other times than those of the log. */
  dayBytes: number
}>

/** How much this page may give within its own 24 hours: what it gave, and what the log leaves. */
export function boundOf({
  bytesMax,
  loggedBytes,
  unloggedBytes,
  dayBytes,
}: Given): number | undefined {
  if (bytesMax === undefined) return undefined
  return dayBytes + Math.max(0, bytesMax - loggedBytes - unloggedBytes)
}
