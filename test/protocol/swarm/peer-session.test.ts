import { describe, expect, it } from 'vitest'
import { CHUNK_WAIT_MS } from '../../../protocol/swarm/asked-chunks.ts'
import {
  closing,
  haveOf,
  helloOf,
  sealedOf,
  sentIn,
  SessionBench,
  SHARE_ID,
} from './session-bench.ts'

const request = (...chunks: number[]) => ({ type: 'request', chunks }) as const
const reject = (reason: 'missing' | 'busy' | 'budget', ...indexes: number[]) =>
  ({ type: 'reject', what: 'chunks', reason, indexes }) as const
const SEED_TOKEN = new Uint8Array(32).fill(7)

function serving(...chunks: number[]): SessionBench {
  const bench = SessionBench.ready(chunks)
  bench.step({ type: 'slot', isOpen: true })
  return bench
}

describe('PeerSession, meeting', () => {
  it('says hello when the channel opens, and what it has once the other did', () => {
    const bench = new SessionBench([0, 9])
    expect(sentIn(bench.step({ type: 'open' }))).toEqual([helloOf()])
    expect(bench.session.isReady).toBe(false)
    expect(bench.answers(helloOf())).toEqual(haveOf([0, 9]))
    expect(bench.session.isReady).toBe(true)
  })

  it.each([
    ['after', true],
    ['before', false],
  ])('says hello once more to a seed when the genesis is known %s its hello', (_, isHelloFirst) => {
    const bench = new SessionBench([], { isSeed: true })
    const hellos = [bench.step({ type: 'open' })]
    const learn = (): void => {
      bench.share.readToken = SEED_TOKEN
      hellos.push(bench.step({ type: 'genesis' }))
    }
    if (!isHelloFirst) learn()
    hellos.push(bench.step({ type: 'frame', frame: helloOf() }))
    if (isHelloFirst) learn()
    hellos.push(bench.step({ type: 'genesis' }))
    const shown = hellos.map((effects) =>
      effects.flatMap((effect) =>
        effect.type === 'send' && effect.frame.type === 'hello' ? [effect.frame.readToken] : [],
      ),
    )
    // A seed takes the second one only after it has said its own.
    expect(shown).toEqual([[undefined], [], [SEED_TOKEN], []])
  })

  it('shows the readToken to a seed and never to a peer', () => {
    for (const isSeed of [true, false]) {
      const bench = new SessionBench([], { isSeed })
      bench.share.readToken = SEED_TOKEN
      const [hello] = sentIn(bench.step({ type: 'open' }))
      expect(hello).toMatchObject({ readToken: isSeed ? SEED_TOKEN : undefined })
    }
  })

  it('keeps what overtook the hello, and takes it after it', () => {
    const bench = new SessionBench()
    bench.step({ type: 'open' })
    expect(bench.frames(...haveOf([3]), { type: 'slot', isOpen: true })).toEqual([])
    const types = bench.frames(helloOf()).map(({ type }) => type)
    expect(types).toEqual(['hello', 'gained', 'slot'])
    expect(bench.session.mayAsk).toBe(true)
  })

  it('leaves who talks of another share, or says hello twice', () => {
    const other = { ...helloOf(), shareId: SHARE_ID.replace('0', '1') } as ReturnType<
      typeof helloOf
    >
    const bench = new SessionBench()
    bench.step({ type: 'open' })
    expect(bench.frames(other)).toEqual(closing('misbehaved', true))
    expect(SessionBench.ready().frames(helloOf())).toEqual(closing('misbehaved', true))
  })

  it('leaves who says nothing', () => {
    const bench = new SessionBench()
    bench.step({ type: 'open' })
    bench.nowMs = bench.session.deadlineMs ?? 0
    expect(bench.step({ type: 'tick' })).toEqual(closing('idle', false))
    expect(bench.frames(helloOf())).toEqual([])
  })

  it('passes a newer checkpoint on, and none that the other has', () => {
    const checkpoint = new Uint8Array(196)
    const bench = SessionBench.ready()
    Object.assign(bench.share, { seq: 5, checkpoint })
    expect(sentIn(bench.step({ type: 'tell', frames: [] }))).toHaveLength(1)
    expect(sentIn(bench.step({ type: 'tell', frames: [] }))).toEqual([])
    const theirs = new Uint8Array(196)
    theirs[31] = 9
    bench.frames({ type: 'checkpoint', bytes: theirs })
    bench.share.seq = 9
    expect(sentIn(bench.step({ type: 'tell', frames: [] }))).toEqual([])
  })
})

describe('PeerSession, asking', () => {
  it('asks for a chunk and hands it on', () => {
    const bench = SessionBench.ready([], [4])
    expect(sentIn(bench.step({ type: 'want', index: 4 }))).toEqual([request(4)])
    const sealed = sealedOf(4)
    expect(bench.frames({ type: 'chunk', index: 4, sealed })).toEqual([
      { type: 'deliver', index: 4, sealed },
    ])
    expect(bench.session.deadlineMs).toBeUndefined()
  })

  it('asks nobody whose slot is closed', () => {
    const bench = SessionBench.ready([], [4])
    bench.frames({ type: 'slot', isOpen: false })
    expect(bench.step({ type: 'want', index: 4 })).toEqual([
      { type: 'release', index: 4, reason: 'busy' },
    ])
  })

  it('goes on waiting for what it asked for before the slot closed', () => {
    const bench = SessionBench.ready([], [4])
    bench.step({ type: 'want', index: 4 })
    expect(bench.frames({ type: 'slot', isOpen: false })).toEqual([{ type: 'slot', isOpen: false }])
    const [delivered] = bench.frames({ type: 'chunk', index: 4, sealed: sealedOf(4) })
    expect(delivered?.type).toBe('deliver')
  })

  it('takes a chunk that comes though it was taken back, without handing it on', () => {
    const bench = SessionBench.ready([], [4])
    bench.step({ type: 'want', index: 4 })
    const cancel = { type: 'cancel', chunks: [4] }
    expect(sentIn(bench.step({ type: 'unwant', index: 4 }))).toEqual([cancel])
    expect(bench.frames({ type: 'chunk', index: 4, sealed: sealedOf(4) })).toEqual([])
    expect(bench.session.isReady).toBe(true)
  })

  it('lets go of what was rejected, and believes the map no more', () => {
    const bench = SessionBench.ready([], [4, 5])
    bench.step({ type: 'want', index: 4 })
    bench.step({ type: 'want', index: 5 })
    expect(bench.frames(reject('busy', 4))).toEqual([{ type: 'release', index: 4, reason: 'busy' }])
    expect(bench.session.theirs.has(4)).toBe(true)
    expect(bench.frames(reject('missing', 5))).toEqual([
      { type: 'lost', indexes: [5] },
      { type: 'release', index: 5, reason: 'missing' },
    ])
    expect(bench.session.theirs.has(5)).toBe(false)
  })

  it('gives each chunk that comes new time for the next', () => {
    const bench = SessionBench.ready([], [4, 5])
    bench.step({ type: 'want', index: 4 })
    bench.step({ type: 'want', index: 5 })
    bench.nowMs = CHUNK_WAIT_MS - 1
    bench.frames({ type: 'chunk', index: 4, sealed: sealedOf(4) })
    bench.nowMs = CHUNK_WAIT_MS + 1
    expect(bench.step({ type: 'tick' })).toEqual([])
    expect(bench.session.deadlineMs).toBe(2 * CHUNK_WAIT_MS - 1)
  })

  it('says for all that it still owes that it will not come, when it ends', () => {
    const bench = SessionBench.ready([], [4])
    bench.step({ type: 'want', index: 4 })
    const ask = { type: 'ask', what: 'extents', first: 0, count: 1 } as const
    bench.step({ type: 'ask', ask })
    const effects = bench.frames({ type: 'bye', reason: 'stopping' })
    expect(effects).toEqual([
      { type: 'release', index: 4, reason: 'gone' },
      { type: 'part-refused', what: 'extents', first: 0, reason: 'gone' },
      { type: 'close', reason: 'stopping', isBan: false },
    ])
  })

  it('asks for hashes, and says what came, what was refused and what did not come', () => {
    const bench = SessionBench.ready()
    const ask = { type: 'ask', what: 'hashes', first: 3, count: 1 } as const
    expect(sentIn(bench.step({ type: 'ask', ask }))).toEqual([ask])
    const frame = { type: 'hashes', what: 'hashes', first: 3, hashes: new Uint8Array(32) } as const
    expect(bench.frames(frame)).toEqual([{ type: 'part', frame }])
    bench.step({ type: 'ask', ask })
    const refusal = { type: 'reject', what: 'hashes', reason: 'busy', indexes: [3] } as const
    const refused = { type: 'part-refused', what: 'hashes', first: 3 }
    expect(bench.frames(refusal)).toEqual([{ ...refused, reason: 'busy' }])
    bench.step({ type: 'ask', ask })
    bench.nowMs = bench.session.deadlineMs ?? 0
    expect(bench.step({ type: 'tick' })).toEqual([{ ...refused, reason: 'silent' }])
    // It is slow, not wrong.
    expect(bench.frames(frame)).toEqual([])
  })
})

describe('PeerSession, serving', () => {
  it('reads what is asked for and sends it', () => {
    const bench = serving(1)
    expect(bench.frames(request(1))).toEqual([{ type: 'serve', index: 1 }])
    const chunk = { type: 'chunk', index: 1, sealed: sealedOf(1) } as const
    expect(sentIn(bench.step({ type: 'read', index: 1, sealed: chunk.sealed }))).toEqual([chunk])
  })

  it('rejects what is not here, or turns out not to be', () => {
    const bench = serving(1)
    expect(bench.answers(request(2))).toEqual([reject('missing', 2)])
    bench.frames(request(1))
    const unread = { type: 'unread', index: 1, reason: 'missing' } as const
    expect(sentIn(bench.step(unread))).toEqual([reject('missing', 1)])
  })

  it('serves after its slot closed what was asked for before, and nothing more', () => {
    const bench = serving(1, 2)
    bench.frames(request(1))
    bench.step({ type: 'slot', isOpen: false })
    expect(bench.answers(request(2))).toContainEqual(reject('busy', 2))
    const sealed = sealedOf(1)
    expect(sentIn(bench.step({ type: 'read', index: 1, sealed }))).toHaveLength(1)
  })

  it('says again that its slot is closed to who asks all the same: the word may have been overtaken', () => {
    const bench = serving(1)
    bench.step({ type: 'slot', isOpen: false })
    const closed = { type: 'slot', isOpen: false }
    expect(bench.answers(request(1))).toEqual([reject('busy', 1), closed])
  })

  it('says again that its slot is open while nobody asks, each time after twice as long', () => {
    const bench = serving(1)
    const saidMs: number[] = []
    while (bench.nowMs < 70_000) {
      bench.nowMs = bench.session.deadlineMs ?? Infinity
      const sent = sentIn(bench.step({ type: 'tick' }))
      expect(sent).toEqual([{ type: 'slot', isOpen: true }])
      saidMs.push(bench.nowMs)
    }
    expect(saidMs).toEqual([2000, 6000, 14_000, 30_000, 62_000, 122_000])
    bench.frames(request(1))
    bench.nowMs = bench.session.deadlineMs ?? Infinity
    expect(bench.step({ type: 'tick' })).toEqual([])
    bench.step({ type: 'slot', isOpen: false })
    expect(bench.session.deadlineMs).toBeUndefined()
  })

  it('sends nothing that was cancelled, though it was read', () => {
    const bench = serving(1)
    bench.frames(request(1))
    expect(bench.frames({ type: 'cancel', chunks: [1] })).toEqual([{ type: 'unserve', index: 1 }])
    expect(bench.step({ type: 'read', index: 1, sealed: sealedOf(1) })).toEqual([])
  })

  it('reads four chunks at a time, however often they are cancelled', () => {
    const bench = serving(0, 1, 2, 3, 4, 5, 6, 7)
    const read = [0, 2, 4, 6].flatMap((first) => {
      const effects = bench.frames(request(first, first + 1))
      bench.frames({ type: 'cancel', chunks: [first, first + 1] })
      return effects.filter(({ type }) => type === 'serve')
    })
    expect(read).toHaveLength(4)
    // Each read that ends makes room for one, and one that goes on serves who asks once more.
    expect(bench.frames(request(0, 7))).toEqual([])
    const sealed = sealedOf(0)
    expect(bench.step({ type: 'read', index: 0, sealed })).toEqual([
      { type: 'send', frame: { type: 'chunk', index: 0, sealed } },
      { type: 'serve', index: 7 },
    ])
  })

  it('reads nothing more while its channel is full', () => {
    const bench = serving(1)
    bench.step({ type: 'sent', unsentBytes: 3 * 1024 * 1024 })
    expect(bench.frames(request(1))).toEqual([])
    expect(bench.step({ type: 'sent', unsentBytes: 0 })).toEqual([{ type: 'serve', index: 1 }])
  })

  it('counts what it gave as pending until the other says that it has it', () => {
    const bench = serving(1)
    bench.frames(request(1))
    bench.step({ type: 'read', index: 1, sealed: sealedOf(1) })
    expect(bench.session.pendingCount).toBe(1)
    bench.frames(...haveOf([1]))
    expect(bench.session.pendingCount).toBe(0)
  })

  it('has hashes answered, each question once', () => {
    const bench = serving(1)
    const ask = { type: 'ask', what: 'extents', first: 0, count: 4 } as const
    expect(bench.frames(ask, ask)).toEqual([{ type: 'serve-part', ask }])
    const frame = { type: 'hashes', what: 'extents', first: 0, hashes: new Uint8Array(32) } as const
    expect(sentIn(bench.step({ type: 'answer', frame }))).toEqual([frame])
    expect(bench.step({ type: 'answer', frame })).toEqual([])
  })
})
