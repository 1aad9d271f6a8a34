import { expect, it } from 'vitest'
import { launchBrowser } from './browser.ts'

it('starts a browser that has all the page needs', async () => {
  await using browser = await launchBrowser()
  const page = await browser.newPage()
  await page.route('http://localhost/', (route) => route.fulfill({ body: 'ok' }))
  await page.goto('http://localhost/')
  const found = await page.evaluate(async () => ({
    subtle: 'subtle' in crypto,
    webrtc: typeof RTCPeerConnection,
    serviceWorker: 'serviceWorker' in navigator,
    storage: (await navigator.storage.getDirectory()).kind,
  }))
  expect(found).toEqual({
    subtle: true,
    webrtc: 'function',
    serviceWorker: true,
    storage: 'directory',
  })
})
