import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseNetwork } from '../../protocol/http/signal-json.ts'
import { startSignal } from '../../signal/signal.ts'
import { networkKey } from '../protocol/record/samples.ts'
import { ListeningSignal } from './listening-signal.ts'

describe('a signal server', () => {
  it('answers at its address until it is closed', async () => {
    const signal = await ListeningSignal.start()
    const { url } = signal
    const response = await fetch(`${url}/v1/network`)
    expect(parseNetwork(await response.json()).key).toEqual(networkKey)
    await signal[Symbol.asyncDispose]()
    await expect(fetch(`${url}/v1/network`)).rejects.toThrow('fetch failed')
  })

  it('says which port is in use, and gives the folder back', async () => {
    await using signal = await ListeningSignal.start()
    const port = Number(new URL(signal.url).port)
    const dir = join(signal.options.dir, 'other')
    const second = startSignal({ ...signal.options, dir, port })
    await expect(second).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: expect.stringContaining(String(port)) as unknown,
    })
    expect(await readdir(dir)).toEqual(['network.json'])
  })

  it('says that its folder is in use', async () => {
    await using signal = await ListeningSignal.start()
    await expect(startSignal(signal.options)).rejects.toMatchObject({
      code: 'FOLDER_IN_USE',
      message: expect.stringContaining(signal.options.dir) as unknown,
    })
    expect((await fetch(`${signal.url}/healthz`)).status).toBe(200)
  })

  it('says that it cannot have an address', async () => {
    await using signal = await ListeningSignal.start()
    const dir = join(signal.options.dir, 'other')
    const second = startSignal({ ...signal.options, dir, host: '192.0.2.1' })
    await expect(second).rejects.toMatchObject({ code: 'USAGE' })
  })

  it('ends while clients are still there', async () => {
    const signal = await ListeningSignal.start()
    const talking = signal.talk(['GET /v1/network HTTP/1.1\r\nHost: x\r\n'])
    await fetch(`${signal.url}/v1/network`)
    await signal[Symbol.asyncDispose]()
    expect(await talking).toBe('')
  })

  it('is reached by the name it was given', async () => {
    await using named = await ListeningSignal.start({ host: 'localhost' })
    expect(named.url).toMatch(/^http:\/\/localhost:\d+$/)
    await using open = await ListeningSignal.start({ host: '0.0.0.0' })
    expect(open.url).toMatch(/^http:\/\/localhost:\d+$/)
    expect((await fetch(`${named.url}/healthz`)).status).toBe(200)
  })
})
