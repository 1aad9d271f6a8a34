import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { writeRandomFile } from '../scenario/files.ts'
import { PageWorld } from './page-world.ts'

it('a network that stores for members only asks for its code once, and says when it is wrong', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'skerry-code-'))
  const codeFile = join(folder.path, 'code')
  await writeFile(codeFile, 'herring and kelp\n')
  await using world = await PageWorld.start('--access-token-file', codeFile)
  const path = world.path('in', 'minutes.bin')
  await writeRandomFile(path, 300_000)
  await using sender = await world.visit()
  await sender.choose(path)
  const field = sender.page.getByLabel('Access code')
  await field.fill('kelp and herring')
  const button = sender.page.getByRole('button', { name: 'Encrypt and send' })
  await button.click()
  await sender.untilSaid('This network did not take the access code')
  expect(await sender.page.locator('send-form li bdi').allTextContents()).toEqual(['minutes.bin'])
  await field.fill('herring and kelp')
  await button.click()
  await sender.untilStored()
  await sender.reload()
  await sender.choose(path)
  expect(await field.count()).toBe(0)
  await sender.send()
  await sender.untilStored()
  expect(sender.complaints).toEqual([])
})
