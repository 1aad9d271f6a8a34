import type { GalleryState } from './gallery-state.ts'
import { hostileStates } from './hostile-states.ts'
import { receiveStates } from './receive-states.ts'
import { sendStates } from './send-states.ts'
import { swarmStates } from './swarm-states.ts'

export const states = { ...sendStates, ...receiveStates, ...swarmStates, ...hostileStates } as const

export type StateName = keyof typeof states

export const stateNames: readonly StateName[] = Object.keys(states).filter(isStateName)

export function isStateName(name: string): name is StateName {
  return Object.hasOwn(states, name)
}

export function stateOf(name: StateName): GalleryState {
  return states[name]
}
