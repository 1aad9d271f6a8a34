import type { Bye } from '../wire/bye.ts'
import type { Frame } from '../wire/frame.ts'
import type { SessionEffect } from './session-event.ts'

/** What the halves of a session say through it. */
export type SessionVoice = Readonly<{
  send: (frame: Frame) => void
  emit: (effect: SessionEffect) => void
  /** Ends the session: after it nothing is said. */
  end: (reason: Bye['reason']) => void
}>
