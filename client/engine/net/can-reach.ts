import { isReachableByPages } from '../../../protocol/record/seed-url.ts'

/**
 * Whether this program can ask at that address at all: browsers refuse http from a page on https, except to this
 * machine. A command may ask anything.
 */
export function canReach(url: string): boolean {
  return globalThis.location?.protocol !== 'https:' || isReachableByPages(url)
}
