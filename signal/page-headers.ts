import type { FastifyHelmetOptions } from '@fastify/helmet'

// A page on this machine reaches the seeds on this machine, which have no TLS.
const LOOPBACK_SOURCES = ['http:', 'ws:'].flatMap((scheme) =>
  ['localhost:*', '127.0.0.1:*'].map((host) => `${scheme}//${host}`),
)

/** What the page never asks for, so that nothing that gets into it can. */
export const permissionsPolicy = [
  'accelerometer browsing-topics camera display-capture geolocation gyroscope hid',
  'idle-detection local-fonts magnetometer microphone midi payment publickey-credentials-get',
  'serial storage-access usb window-management xr-spatial-tracking',
]
  .flatMap((line) => line.split(' '))
  .map((feature) => `${feature}=()`)
  .join(', ')

/** Of answers that go out before any hook has run: to what is no request, and to what may not become a WebSocket. */
export const bareHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const

/** The headers of every other answer, against B02, B09 and B14 of test/THREATS.md: on JSON they are as good as on the page. */
export function pageHeaders(isLoopback: boolean): FastifyHelmetOptions {
  const self = "'self'"
  const none = "'none'"
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: [none],
        scriptSrc: [self],
        styleSrc: [self],
        imgSrc: [self, 'blob:'],
        mediaSrc: [self, 'blob:'],
        connectSrc: [self, 'https:', 'wss:', ...(isLoopback ? LOOPBACK_SOURCES : [])],
        workerSrc: [self],
        manifestSrc: [self],
        // A save begins in a hidden frame; whatever else a frame showed refuses to stand in one.
        frameSrc: [self],
        baseUri: [none],
        formAction: [none],
        frameAncestors: [none],
        requireTrustedTypesFor: ["'script'"],
        // Ours, which admits our workers and nothing else, and that of the templates.
        trustedTypes: ['skerry', 'lit-html'],
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
    // Whoever puts TLS in front knows whether its other names have it as well.
    strictTransportSecurity: false,
    // With it Chromium gives the page a process of its own, apart from its service worker's: each saved byte then goes
    // from one to the other, which took a tenth of a save's processor time. A site of its own does as much.
    originAgentCluster: false,
  }
}
