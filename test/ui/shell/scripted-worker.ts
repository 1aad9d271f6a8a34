import type { PageMessage, WorkerMessage } from '../../../client/worker/messages.ts'
import type { SaveAsk } from '../../../client/service-worker/save-port.ts'

// Stands where the engine's worker does, and says what a test tells it to, so that the page around it can be
// tried in every state. What the page asks is repeated to the test.

/** What the test and this worker tell each other. */
export type StageMessage =
  | Readonly<{ say: WorkerMessage }>
  | Readonly<{ breaks: true }>
  /** Answered once all that the page asked before has been told. */
  | Readonly<{ echo: true }>
  | Readonly<{ heard: Record<string, unknown> }>

const port = new BroadcastChannel('skerry test')

addEventListener('message', ({ data }: MessageEvent<PageMessage>) => {
  if (data.type === 'save-port') feed(data.port)
  port.postMessage({ heard: plain(data) } satisfies StageMessage)
})

port.addEventListener('message', ({ data }: MessageEvent<StageMessage>) => {
  if ('echo' in data) setTimeout(() => port.postMessage(data))
  if ('breaks' in data) throw new Error('as the test wants')
  if ('say' in data) postMessage(data.say)
})

/** Ports cannot be told further, and files need not be. */
function plain(message: PageMessage): Record<string, unknown> {
  const pairs = Object.entries(message).filter(([, value]) => typeof value !== 'object')
  return Object.fromEntries(pairs)
}

/** Three bytes, then the end. */
function feed(save: MessagePort): void {
  const answers = [{ type: 'part', bytes: new Uint8Array([83, 75, 89]) }, { type: 'end' }]
  save.addEventListener('message', ({ data }: MessageEvent<SaveAsk>) => {
    if (data.type === 'pull') save.postMessage(answers.shift(), [])
  })
  save.start()
}
