const MINUTE_S = 60
const HOUR_S = 3600

/** `about 3 minutes left`: rounded, because a figure that jumps is read as a fault. */
export function formatLeft(seconds: number): string {
  if (seconds < MINUTE_S) return 'less than a minute left'
  if (seconds < 90 * MINUTE_S)
    return `about ${countOf(Math.round(seconds / MINUTE_S), 'minute')} left`
  return `about ${countOf(Math.round(seconds / HOUR_S), 'hour')} left`
}

/** `24 May 2031`, as the reader's browser writes dates. */
export function formatDay(ms: number): string {
  return new Date(ms).toLocaleDateString(undefined, { dateStyle: 'medium' })
}

/** `24 May 2031, 18:04`. */
export function formatMoment(ms: number): string {
  return new Date(ms).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
}

/** `18:04`, and with the day where that is not today. */
export function formatRecent(ms: number): string {
  const day = new Date(ms).toDateString()
  if (day !== new Date().toDateString()) return formatMoment(ms)
  return new Date(ms).toLocaleTimeString(undefined, { timeStyle: 'short' })
}

/** `47 %`: never 100 before the last byte. */
export function formatPercent(part: number, whole: number): string {
  return `${Math.floor(100 * shareOf(part, whole))} %`
}

/** 0 to 1. */
export function shareOf(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** A heading and what is below it, as they are read out: a heading that ends a sentence has its own full stop. */
export function spokenVerdict({
  heading,
  detail,
}: Readonly<{ heading: string; detail: string }>): string {
  return `${heading}${/[.?!]$/.test(heading) ? '' : '.'} ${detail}`
}
