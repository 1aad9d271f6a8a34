import type { Frame } from '../../../protocol/wire/frame.ts'

/** How many frames of each kind were sent. */
export class Traffic {
  readonly frames = new Map<Frame['type'], number>()

  count({ type }: Frame): void {
    this.frames.set(type, (this.frames.get(type) ?? 0) + 1)
  }

  toString(): string {
    return [...this.frames].map(([type, count]) => `${type} ${count}`).join(', ')
  }
}
