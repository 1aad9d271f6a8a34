import type { Network } from '../engine/network.ts'

/** Whether it has a server through which people reach each other without seeing addresses. */
export function hasRelay({ iceServers }: Network): boolean {
  return iceServers.some(({ urls }) => urls.some((url) => /^turns?:/.test(url)))
}
