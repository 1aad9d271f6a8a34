import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

type Locked = Readonly<{
  dev?: true
  optional?: true
  optionalDependencies?: Readonly<Record<string, string>>
}>

const root = new URL('../../', import.meta.url)
const dockerfile = readFileSync(new URL('Dockerfile', root), 'utf8')

/** What the last `npm ci`, which is that of the image, leaves out. */
function omitted(): readonly (string | undefined)[] {
  const install = dockerfile.match(/^RUN npm ci.*$/gm)?.at(-1) ?? ''
  return [...install.matchAll(/--omit=(\w+)/g)].map(([, kind]) => kind)
}

function readLock(): Readonly<Record<string, Locked>> {
  const lock: unknown = JSON.parse(readFileSync(new URL('package-lock.json', root), 'utf8'))
  return (lock as { packages: Record<string, Locked> }).packages
}

it('has WebRTC, whose binary for each system is an optional dependency, and no tools of ours', () => {
  const packages = readLock()
  const binaries = packages['node_modules/node-datachannel']?.optionalDependencies
  expect(Object.keys(binaries ?? {})).toContain('@node-datachannel/linux-x64-gnu')
  for (const name of Object.keys(binaries ?? {})) {
    expect(packages[`node_modules/${name}`]).toMatchObject({ optional: true })
  }
  expect(omitted()).toEqual(['dev'])
})
