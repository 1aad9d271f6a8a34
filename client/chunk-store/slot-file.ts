import type { Bytes } from '../../protocol/bytes.ts'
import { SEALED_CHUNK_BYTES_MAX } from '../../protocol/limits.ts'

/** The part of the browser's synchronous file handle that is used here. */
export type SyncFile = Pick<FileSystemSyncAccessHandle, 'read' | 'write' | 'getSize' | 'close'>

const ENTRY_BYTES = 8
/** The index of a slot that holds nothing. */
const EMPTY = -1

/**
 * Sealed chunks in slots of one size, in the order in which they came, and beside them a map file with one entry
 * a slot: u32 index + 1, u32 length. The file grows by what is in it, not by how large the share is.
 *
 * Nothing is flushed: after a crash a slot may hold something else, and the chunk's hash tells.
 */
export class SlotFile {
  readonly #data: SyncFile
  readonly #map: SyncFile
  readonly #slotsMax: number
  readonly #slots = new Map<number, { slot: number; length: number }>()
  /** Slots before the end of the file that hold nothing. */
  readonly #free: number[] = []
  #slotCount = 0

  constructor(data: SyncFile, map: SyncFile, bytesMax: number) {
    this.#data = data
    this.#map = map
    this.#slotsMax = Math.floor(bytesMax / SEALED_CHUNK_BYTES_MAX)
    this.#readMap()
  }

  get indexes(): number[] {
    return [...this.#slots.keys()]
  }

  /** @returns False if there is no room: what came first stays, because it is saved first again. */
  put(index: number, sealed: Bytes): boolean {
    if (this.#slots.has(index)) return true
    const slot = this.#free.at(-1) ?? this.#slotCount
    if (slot >= this.#slotsMax) return false
    const at = slot * SEALED_CHUNK_BYTES_MAX
    if (this.#data.write(sealed, { at }) !== sealed.length) return false
    this.#writeEntry(slot, index, sealed.length)
    if (this.#free.pop() === undefined) this.#slotCount += 1
    this.#slots.set(index, { slot, length: sealed.length })
    return true
  }

  get(index: number): Bytes | undefined {
    const place = this.#slots.get(index)
    if (place === undefined) return undefined
    const sealed = new Uint8Array(place.length)
    const read = this.#data.read(sealed, { at: place.slot * SEALED_CHUNK_BYTES_MAX })
    return read === place.length ? sealed : undefined
  }

  /** What was there is not the chunk: its slot takes another one. */
  drop(index: number): void {
    const place = this.#slots.get(index)
    if (place === undefined) return
    this.#slots.delete(index)
    this.#free.push(place.slot)
    this.#writeEntry(place.slot, EMPTY, 0)
  }

  close(): void {
    this.#data.close()
    this.#map.close()
  }

  #readMap(): void {
    const map = new DataView(new ArrayBuffer(this.#map.getSize()))
    this.#map.read(map, { at: 0 })
    this.#slotCount = Math.floor(map.byteLength / ENTRY_BYTES)
    for (let slot = 0; slot < this.#slotCount; slot += 1) {
      const index = map.getUint32(slot * ENTRY_BYTES) - 1
      const length = Math.min(map.getUint32(slot * ENTRY_BYTES + 4), SEALED_CHUNK_BYTES_MAX)
      if (index === EMPTY || this.#slots.has(index)) this.#free.push(slot)
      else this.#slots.set(index, { slot, length })
    }
  }

  #writeEntry(slot: number, index: number, length: number): void {
    const entry = new DataView(new ArrayBuffer(ENTRY_BYTES))
    entry.setUint32(0, index + 1)
    entry.setUint32(4, length)
    this.#map.write(entry, { at: slot * ENTRY_BYTES })
  }
}
