import { connectedPair, nativeWebRtc } from './rtc-pair.ts'

// Run as a process of its own: it ends by itself once the connection is over.
const [a, b] = await connectedPair(await nativeWebRtc())
a.port.send({ type: 'close', connection: 'one' })
await b.once('close')
process.stdout.write(`${a.reasons.join(' ')} ${b.reasons.join(' ')}\n`)
