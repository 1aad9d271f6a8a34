import type { Network } from '../engine/network.ts'
import type { SwarmPorts } from '../engine/swarm/share-swarm.ts'
import { randomBytes } from './page-platform.ts'
import { RtcRemote } from './rtc-remote.ts'

/** What this page meets others with: one way to WebRTC for all its shares. Loaded when it is first needed. */
export function createSwarmPorts(rtc: MessagePort, network: () => Network): SwarmPorts {
  return {
    url: network().url,
    port: new RtcRemote(rtc),
    iceServers: () => network().iceServers,
    onError: (cause) => console.error(cause),
    nowMs: () => performance.now(),
    random: Math.random,
    randomBytes,
  }
}
