import { formatBytes } from '../words.ts'
import type { Origin } from './origin-meter.ts'

/** What sets the pace of a save. */
export type PaceFacts = Readonly<{
  seeds: Origin
  peers: Origin
  /** What has come waits for the disk. */
  isSavingSlow: boolean
  /** All that anybody has of what the sender shares is here, or about to be. */
  awaitsSender: boolean
}>

/** Why a save is as fast as it is, in one line; undefined while nothing comes. */
export function paceText({
  seeds,
  peers,
  isSavingSlow,
  awaitsSender,
}: PaceFacts): string | undefined {
  const parts = [
    partText(peers, peers.activeCount === 1 ? '1 other' : `${peers.activeCount} others`),
    partText(seeds, seeds.activeCount === 1 ? '1 seed' : `${seeds.activeCount} seeds`),
  ].filter((part) => part !== undefined)
  if (parts.length === 0) return undefined
  if (isSavingSlow) return 'As fast as this device saves it: it could come faster.'
  if (awaitsSender) return 'As fast as the sender uploads it.'
  return `As fast as it comes: ${parts.join(', ')}.`
}

function partText({ activeCount, bytesPerSecond }: Origin, who: string): string | undefined {
  return activeCount === 0 ? undefined : `${formatBytes(Math.round(bytesPerSecond))}/s from ${who}`
}
