import { RtcEnd, nativeWebRtc } from './rtc-pair.ts'

// A peer in a process of its own, so that it can be stopped: it answers one call, by the messages of its parent.
const end = new RtcEnd(await nativeWebRtc())
end.connect('one', false)
end.port.listen((event) => {
  if (event.type === 'signal') process.send?.(event.text)
  if (event.type === 'open') process.send?.('open')
})
process.on('message', (text: string) => {
  end.port.send({ type: 'signal', connection: 'one', text })
})
process.on('disconnect', () => process.exit())
