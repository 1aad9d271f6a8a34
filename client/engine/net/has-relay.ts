import type { IceServer } from '../../../protocol/http/signal-json.ts'

/** Whether there is a server through which people reach each other without seeing addresses. */
export function hasRelay({ iceServers }: Readonly<{ iceServers: readonly IceServer[] }>): boolean {
  return iceServers.some(({ urls }) => urls.some(isRelay))
}

/** Whether the address is that of a TURN server. */
export function isRelay(url: string): boolean {
  return /^turns?:/.test(url)
}
