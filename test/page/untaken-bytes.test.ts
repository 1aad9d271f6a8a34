import { describe, expect, it } from 'vitest'
import { UntakenBytes } from '../../client/page/untaken-bytes.ts'
import { RTC_UNTAKEN_BYTES_MAX, RTC_UNTAKEN_BYTES_SUM_MAX } from '../../protocol/limits.ts'

describe('what waits between two threads', () => {
  it('D05: is 8 MiB of one connection at most', () => {
    const untaken = new UntakenBytes()
    expect(untaken.add('a', RTC_UNTAKEN_BYTES_MAX)).toBe(true)
    expect(untaken.add('b', 1)).toBe(true)
    expect(untaken.add('a', 1)).toBe(false)
    untaken.take('a', 2)
    expect(untaken.add('a', 1)).toBe(true)
  })

  it('D05: is 64 MiB of all at most, also of connections that are over', () => {
    const untaken = new UntakenBytes()
    const names = Array.from({ length: 8 }, (_, index) => String(index))
    expect(names.map((name) => untaken.add(name, RTC_UNTAKEN_BYTES_MAX))).not.toContain(false)
    expect(8 * RTC_UNTAKEN_BYTES_MAX).toBe(RTC_UNTAKEN_BYTES_SUM_MAX)
    expect(untaken.add('one more', 1)).toBe(false)
    untaken.take('0', RTC_UNTAKEN_BYTES_MAX)
    expect(untaken.add('one more', 1)).toBe(true)
  })
})
