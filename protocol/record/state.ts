import type { RecordCodec } from './codec.ts'
import { readSeedState, reportedStates, type ReportedState } from './seed-state.ts'
import { readSeedUrls, writeSeedUrls } from './seed-url.ts'

/** A seed's own word on where and how it is, sent every minute. Signed by the seed. */
export type SeedStatus = Readonly<{
  urls: readonly string[]
  state: ReportedState
  freeBytes: number
  atMs: number
}>

/** `URLs ‖ u8 state ‖ u64 free bytes ‖ u64 at`. */
export const seedStatus: RecordCodec<SeedStatus> = {
  id: 8,

  encode({ urls, state, freeBytes, atMs }, writer) {
    writeSeedUrls(writer, urls)
    writer.u8(reportedStates.indexOf(state)).u64(freeBytes).u64(atMs)
  },

  decode(reader) {
    return {
      urls: readSeedUrls(reader),
      state: readSeedState(reader, reportedStates),
      freeBytes: reader.u64(),
      atMs: reader.u64(),
    }
  },
}
