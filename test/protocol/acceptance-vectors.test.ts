import { describe, expect, it } from 'vitest'
import {
  acceptCheckpoint,
  decodeCheckpointMessage,
  extendHashList,
  type Accepted,
} from '../../protocol/accept.ts'
import { decodeGenesis, shareIdOf } from '../../protocol/genesis.ts'
import { faultOf } from './owner.ts'
import { hex, readVectors } from './vector-reader.ts'

type Step = Readonly<{ message: string; outcome: string }>
type Sequence = Readonly<{ name: string; steps: Step[] }>
type File = Readonly<{ genesis: string; nowMs: number; sequences: Sequence[] }>

const { genesis, nowMs, sequences } = readVectors('acceptance.json') as File
const shareId = shareIdOf(hex(genesis))

function receive(message: string, held: Accepted | undefined): Accepted {
  const decoded = decodeCheckpointMessage(hex(message))
  const offer = {
    shareId,
    genesis: decodeGenesis(hex(genesis)),
    checkpoint: decoded.checkpoint,
    extents: extendHashList(held, decoded),
  }
  return acceptCheckpoint(offer, held, nowMs)
}

describe('acceptance.json', () => {
  it.each(sequences)('$name', async ({ steps }) => {
    let held: Accepted | undefined
    for (const { message, outcome } of steps) {
      const fault = await faultOf(receive.bind(undefined, message, held))
      expect(fault).toBe(outcome === 'accepted' ? 'none' : outcome)
      if (fault === 'none') held = receive(message, held)
    }
  })
})
