import { freeAsInChromium } from '../../protocol/memory.ts'
import { isChromium } from '../is-chromium.ts'
import { App } from './app.ts'
import type { PageMessage } from './messages.ts'

// The engine's thread: it owns keys, bytes and decisions; the page draws what it says.
if (isChromium()) freeAsInChromium()
const app = new App((message) => postMessage(message))

addEventListener('message', ({ data }: MessageEvent<PageMessage>) => app.take(data))
addEventListener('unhandledrejection', ({ reason }) => app.crash(reason))
addEventListener('error', ({ error }) => app.crash(error))
