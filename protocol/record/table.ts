import { answer } from './answer.ts'
import { certificate } from './certificate.ts'
import type { RecordCodec } from './codec.ts'
import { deletion } from './deletion.ts'
import { directoryBody } from './directory-body.ts'
import { grant } from './grant.ts'
import { invitation } from './invitation.ts'
import { join } from './join.ts'
import { receipt } from './receipt.ts'
import { seedStatus } from './state.ts'
import { takedown } from './takedown.ts'

const table = {
  certificate,
  directory: directoryBody,
  invitation,
  grant,
  receipt,
  deletion,
  takedown,
  state: seedStatus,
  answer,
  join,
}

type RecordBodies = {
  [Kind in keyof typeof table]: ReturnType<(typeof table)[Kind]['decode']>
}

export type RecordKind = keyof RecordBodies
export type RecordBody<Kind extends RecordKind> = RecordBodies[Kind]

/** All signed records: a kind exists if and only if it is listed here. */
export const records: { readonly [Kind in RecordKind]: RecordCodec<RecordBodies[Kind]> } = table
