import { connectedPair, nativeWebRtc } from './rtc-pair.ts'

// Run as a process of its own, which ends as commands do: libdatachannel keeps 1 in 30 alive whose connections are over.
const [a, b] = await connectedPair(await nativeWebRtc())
a.port.send({ type: 'close', connection: 'one' })
await b.once('close')
process.stdout.write(`${a.reasons.join(' ')} ${b.reasons.join(' ')}\n`, () => process.exit())
