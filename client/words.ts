const units = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const

/** Decimal units, as disks and file managers count: `1.5 GB`. */
export function formatBytes(bytes: number): string {
  let value = Math.round(bytes)
  if (value < 1000) return `${value} bytes`
  let power = 0
  // What would be rounded up to 1000 is 1 of the next unit.
  while (value >= 999.5 && power < units.length - 1) {
    value /= 1000
    power += 1
  }
  return `${value < 999.5 ? value.toPrecision(3) : Math.round(value)} ${units[power]}`
}

/** `42 s`, `3 min 5 s`, `2 h 10 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds))
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}

const durations = { s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** Parses `90s`, `30min`, `12h`, `7d`. @returns Milliseconds, or undefined if it is no duration. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,6})(s|min|h|d)$/.exec(text.trim())
  const unit = durations[match?.[2] as keyof typeof durations]
  return unit === undefined ? undefined : Number(match?.[1]) * unit
}

/** `1 file`, `1,204 files`. */
export function formatCount(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}
