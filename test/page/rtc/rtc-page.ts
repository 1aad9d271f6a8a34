import { RtcHost } from '../../../client/page/rtc-host.ts'
import workerUrl from './rtc-worker.ts?worker&url'
import type { LabAnswer, LabAsk } from './lab-messages.ts'

// A page with WebRTC as ours has it, and instead of the engine a worker that does what a test says.

declare global {
  /** Asks the worker. */
  var lab: (ask: LabAsk) => Promise<LabAnswer>
  /** Where the worker's signals go: a test exposes it. */
  var signalled: ((text: string) => void) | undefined
}

const policy = window.trustedTypes?.createPolicy('skerry', { createScriptURL: (url) => url })
const worker = new Worker(policy?.createScriptURL(workerUrl) ?? workerUrl, { type: 'module' })
const answers: ((answer: LabAnswer) => void)[] = []
const { port1, port2 } = new MessageChannel()
new RtcHost(port1).start()
worker.postMessage({ type: 'rtc', port: port2 } satisfies LabAsk, [port2])
worker.addEventListener('message', ({ data }: MessageEvent<LabAnswer | { signal: string }>) => {
  if ('signal' in data) globalThis.signalled?.(data.signal)
  else answers.shift()?.(data)
})

globalThis.lab = async (ask) => {
  const { promise, resolve } = Promise.withResolvers<LabAnswer>()
  answers.push(resolve)
  worker.postMessage(ask, [])
  return promise
}
