import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serverLimits } from '../../protocol/limits.ts'
import { ListeningSignal, timeouts } from '../signal/listening-signal.ts'
import { TestSignal } from '../signal/test-signal.ts'

const PAUSE_MS = 40
// As many bytes as would take this long.
const PATIENCE_MS = 5000
const head = 'POST /v1/grants HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'

let signal: ListeningSignal

beforeAll(async () => {
  signal = await ListeningSignal.start({ timeouts })
})
afterAll(() => signal[Symbol.asyncDispose]())

function* drip(start: string): Generator<string> {
  yield start
  for (let sent = 0; sent < PATIENCE_MS / PAUSE_MS; sent += 1) yield 'x'
}

/** How long the server put up with it. */
async function patienceMs(parts: Iterable<string>): Promise<number> {
  const startMs = performance.now()
  await signal.talk(parts, PAUSE_MS)
  return performance.now() - startMs
}

describe('E07: a connection', () => {
  it.each([
    ['whose head comes byte by byte', `${head}X-Slow: `],
    ['whose body comes byte by byte', `${head}Content-Length: 2000\r\n\r\n{`],
    ['whose chunked body comes byte by byte', `${head}Transfer-Encoding: chunked\r\n\r\n7d0\r\n{`],
  ])('%s is closed after the time for a request', async (_name, start) => {
    expect(await patienceMs(drip(start))).toBeLessThan(PATIENCE_MS / 2)
  })

  it.each([
    ['that says nothing', []],
    ['that falls silent in its head', [head]],
    ['that falls silent in its body', [`${head}Content-Length: 2000\r\n\r\n{`]],
    ['that is kept and not used', ['GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n']],
  ])('%s is closed', async (_name, parts) => {
    expect(await patienceMs(parts)).toBeLessThan(PATIENCE_MS / 2)
  })

  it('that is slow holds up no other', async () => {
    const slow = Array.from({ length: 50 }, async () => patienceMs(drip(head)))
    const startMs = performance.now()
    expect((await fetch(`${signal.url}/v1/network`)).status).toBe(200)
    expect(performance.now() - startMs).toBeLessThan(PATIENCE_MS / 2)
    await Promise.all(slow)
  })

  it('with a head beyond all measure is refused', async () => {
    const answer = await signal.talk([`GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(100_000)}\r\n`])
    expect(answer).toMatch(/^HTTP\/1\.1 431 |^$/)
  })

  it('with two lengths, as for smuggling, is refused', async () => {
    const answer = await signal.talk([
      `${head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\nHost: x\r\n\r\n`,
    ])
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer).not.toContain('skerry_')
  })
})

it('E07: every server starts with the times of the threat model', async () => {
  await using test = await TestSignal.open()
  const { server } = test.app
  const { requestTimeout, timeout, keepAliveTimeout, headersTimeout } = server
  expect([requestTimeout, timeout, keepAliveTimeout]).toEqual([30_000, 60_000, 15_000])
  // Above it, Node would give the body the longer one of the two.
  expect(headersTimeout).toBeLessThanOrEqual(requestTimeout)
  expect(serverLimits.http.connectionsCheckingInterval).toBeLessThan(requestTimeout)
})
