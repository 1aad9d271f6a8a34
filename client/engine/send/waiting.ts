import type { Seed } from '../../../protocol/record/directory.ts'
import type { LaneTrouble } from './lane-trouble.ts'
import { seedName } from '../seed-name.ts'

/** Why a share that is being sent is not moving, or not done: a code for programs, words for people. */
export type Waiting = Readonly<{
  code: 'paused' | 'checking' | 'network' | 'seeds' | 'replicating' | 'receipts'
  text: string
  /** Where something is gone through: how much of it was. It grows while the words stay the same. */
  done?: number
}>

/** Something is gone through, and nothing can be sent before. */
export function checkingOf(what: string, done: number, count: number): Waiting {
  const percent = Math.floor((100 * done) / Math.max(1, count))
  return { code: 'checking', text: `${what}: ${percent} %`, done }
}

export type WaitingQuestion = Readonly<{
  isPaused: boolean
  isOnceWhole: boolean
  isPolicyWhole: boolean
  /** The directory lists any seed that may keep it. */
  hasCustodians: boolean
  /** The directory lists fewer open seeds that fit than the policy asks for. */
  isShortOfSeeds: boolean
  /** Past its end a directory no longer says whose receipts count. */
  isDirectoryOver: boolean
  /** Custodians in trouble, and whether any is not. */
  troubles: readonly Readonly<{ seed: Seed; trouble: LaneTrouble }>[]
  hasAnswering: boolean
}>

/** @returns undefined while it moves. */
export function waitingFor(question: WaitingQuestion): Waiting | undefined {
  const { isPaused, isOnceWhole, isPolicyWhole, troubles, hasAnswering } = question
  if (isPaused) return { code: 'paused', text: 'Paused.' }
  if (question.isDirectoryOver) {
    const text = 'The list of seeds is too old; waiting for the signal server to send a new one.'
    return { code: 'network', text }
  }
  if (!question.hasCustodians) {
    const text = 'This network has no open seed that may keep the share now; waiting for one.'
    return { code: 'seeds', text }
  }
  if (troubles.length > 0) {
    const text = troubles.map(({ seed, trouble }) => describe(seed, trouble)).join(' ')
    const next = hasAnswering && !isOnceWhole ? ' The others are used meanwhile.' : ''
    return { code: 'seeds', text: `${text}${next}` }
  }
  if (question.isShortOfSeeds && isOnceWhole) {
    return {
      code: 'seeds',
      text: 'This network has no other open seed that fits; waiting for one.',
    }
  }
  if (isPolicyWhole) return { code: 'receipts', text: 'Everything is sent; waiting for receipts.' }
  if (isOnceWhole) {
    return {
      code: 'replicating',
      text: 'Everything is on one seed; the seeds copy it to each other.',
    }
  }
  return undefined
}

function describe(seed: Seed, { kind, error }: LaneTrouble): string {
  if (kind === 'away') return `Waiting for ${seedName(seed)}: ${error.message}`
  return `${seedName(seed)} does not take it: ${error.message}`
}
