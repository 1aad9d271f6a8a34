import { ask } from './ask.ts'
import { bye } from './bye.ts'
import { cancel } from './cancel.ts'
import { checkpoint } from './checkpoint.ts'
import { chunk } from './chunk.ts'
import type { FrameCodec } from './codec.ts'
import { hashes } from './hashes.ts'
import { have } from './have.ts'
import { hello } from './hello.ts'
import { index } from './index-slice.ts'
import { reject } from './reject.ts'
import { request } from './request.ts'
import { slot } from './slot.ts'

const table = {
  hello,
  have,
  request,
  cancel,
  chunk,
  reject,
  checkpoint,
  ask,
  hashes,
  index,
  slot,
  bye,
}

export type FrameType = keyof typeof table
export type FrameOf<Type extends FrameType> = ReturnType<(typeof table)[Type]['decode']>

/** The whole peer protocol: a frame exists if and only if it is listed here. */
export const frames: { readonly [Type in FrameType]: FrameCodec<FrameOf<Type>> } = table

/** All types, in the order of their numbers. */
export const frameTypes: readonly FrameType[] = Object.keys(table).filter(
  (name): name is FrameType => Object.hasOwn(table, name),
)
