import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TestSignal } from '../test-signal.ts'

let signal: TestSignal

beforeAll(async () => {
  signal = await TestSignal.open({ isLoopback: true })
  const appDir = join(signal.folder, 'app')
  await mkdir(join(appDir, 'assets'), { recursive: true })
  await writeFile(join(appDir, 'index.html'), '<!doctype html><title>Skerry</title>')
  await writeFile(join(appDir, 'assets', 'main-1a2b.js'), 'export {}')
  await writeFile(join(appDir, '.secret'), 'secret')
  await signal.stop()
  Object.assign(signal.options, { appDir })
  await signal.start()
})
afterAll(() => signal[Symbol.asyncDispose]())

/** The policy of an answer by directive. */
async function policyOf(server: TestSignal): Promise<Record<string, string>> {
  const { headers } = await server.app.inject('/')
  const directives = String(headers['content-security-policy']).split(';')
  return Object.fromEntries(
    directives.map((text) => {
      const [name = '', ...sources] = text.trim().split(' ')
      return [name, sources.join(' ')]
    }),
  )
}

describe('the page', () => {
  it('is asked for again each time, and its hashed scripts never', async () => {
    const page = await signal.app.inject('/')
    expect([page.statusCode, page.body]).toEqual([200, '<!doctype html><title>Skerry</title>'])
    expect(page.headers).toMatchObject({
      'cache-control': 'no-cache',
      'content-type': 'text/html; charset=utf-8',
    })
    const script = await signal.app.inject('/assets/main-1a2b.js')
    expect(script.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': expect.stringContaining('javascript') as unknown,
    })
  })

  it('B02, B09, B14: comes with the headers that keep scripts, frames and referrers out', async () => {
    const { headers } = await signal.app.inject('/')
    expect(headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'permissions-policy': expect.stringContaining('camera=(), ') as unknown,
    })
    expect(await policyOf(signal)).toMatchObject({
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self'",
      'img-src': "'self' blob:",
      'media-src': "'self' blob:",
      'worker-src': "'self'",
      'manifest-src': "'self'",
      'frame-src': "'self'",
      'base-uri': "'none'",
      'form-action': "'none'",
      'frame-ancestors': "'none'",
      'require-trusted-types-for': "'script'",
      'trusted-types': 'skerry lit-html',
    })
  })

  it.each(['/', '/assets/main-1a2b.js', '/%23AbC', '/v1/network', '/nothing', '/v1/%zz'])(
    'B02, B09, B14: lets nothing out without them, whatever is asked for: %s',
    async (url) => {
      const { headers } = await signal.app.inject(url)
      expect(headers).toMatchObject({
        'content-security-policy': expect.stringMatching(
          /default-src 'none';.*frame-ancestors 'none'/,
        ) as unknown,
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      })
    },
  )

  it('may ask without TLS on this machine only, and only in a network on this machine', async () => {
    await using open = await TestSignal.open()
    expect((await policyOf(open))['connect-src']).toBe("'self' https: wss:")
    const { 'connect-src': sources = '' } = await policyOf(signal)
    const plain = sources.split(' ').filter((source) => /^(http|ws):/.test(source))
    expect(plain.length).toBeGreaterThan(0)
    for (const source of plain) {
      expect(['localhost', '127.0.0.1']).toContain(new URL(source.replace(':*', '')).hostname)
    }
  })

  it('stands beside the calls, and hides none of them', async () => {
    expect((await signal.app.inject('/v1/network')).json()).toMatchObject({ name: 'Test network' })
    const missing = await signal.app.inject('/v1/nothing')
    expect([missing.statusCode, missing.json()]).toMatchObject([404, { code: 'REQUEST_INVALID' }])
  })

  it.each([
    '/../keys/signal.key',
    '/..%2fkeys%2fsignal.key',
    '/%2e%2e/keys/signal.key',
    '/assets/..%2f..%2fkeys%2fsignal.key',
    '/assets/../../keys/signal.key',
    '/..%5ckeys%5csignal.key',
    '//keys/signal.key',
    '/.secret',
    '/index.html%00.js',
  ])('E05: is all that is served: %s', async (url) => {
    const { statusCode, body } = await signal.app.inject(url)
    expect([400, 403, 404]).toContain(statusCode)
    expect(JSON.parse(body)).toMatchObject({ code: 'REQUEST_INVALID' })
  })

  it('answers a link whose # a program made %23, and never logs it', async () => {
    const { statusCode, body, headers } = await signal.app.inject('/%23AXv5mQ2rT0kLw9dY')
    expect([statusCode, body]).toEqual([200, '<!doctype html><title>Skerry</title>'])
    expect(headers['cache-control']).toBe('no-cache')
    expect(JSON.stringify(signal.lines)).not.toContain('AXv5mQ2r')
  })

  it('is missed when the server starts, not when somebody comes', async () => {
    const appDir = join(signal.folder, 'nothing')
    await expect(TestSignal.open({ appDir })).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
  })

  it('is answered for in words where there is none', async () => {
    await using bare = await TestSignal.open()
    const { headers, body } = await bare.app.inject('/')
    expect(headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(body).toContain('Test network: signal server of a Skerry network')
  })
})

describe('pages of other origins', () => {
  const origin = 'https://elsewhere.example'
  const preflight = {
    method: 'OPTIONS',
    url: '/v1/grants',
    headers: { origin, 'access-control-request-method': 'POST' },
  } as const

  it('may ask, without cookies', async () => {
    const { statusCode, headers } = await signal.app.inject(preflight)
    expect(statusCode).toBe(204)
    expect(headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-headers': 'authorization, content-type',
      'access-control-allow-methods': 'GET, POST, PUT',
    })
    expect(headers).not.toHaveProperty('access-control-allow-credentials')
  })

  it('B12: may not where the network names those that may', async () => {
    const allowed = 'https://skerry.example'
    await using narrow = await TestSignal.open({ allowOrigins: [allowed] })
    const refused = await narrow.app.inject(preflight)
    expect(refused.headers).not.toHaveProperty('access-control-allow-origin')
    const headers = { ...preflight.headers, origin: allowed }
    const taken = await narrow.app.inject({ ...preflight, headers })
    expect(taken.headers['access-control-allow-origin']).toBe(allowed)
  })

  it('B12: cannot post without asking leave first', async () => {
    const payload = JSON.stringify({ shareId: '5e'.repeat(20), maxChunks: 1 })
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const headers = { 'content-type': type }
      const options = { method: 'POST', url: '/v1/grants', headers, payload } as const
      expect((await signal.app.inject(options)).statusCode).toBe(415)
    }
  })
})
