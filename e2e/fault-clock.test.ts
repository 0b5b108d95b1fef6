import assert from 'node:assert/strict'
import { existsSync, globSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { paths } from '@sluice/contract/api'
import { assertUntouched, untilAllWell } from './shows/all-well.ts'
import { startFullSluice } from './shows/full-sluice.ts'
import { openNumberedShow } from './shows/numbered-show.ts'
import { sleep } from './support/wait.ts'

// The wall clock of every process of Sluice jumps, by Debian's faketime; that of the machine stays as it is.

const library = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1').find((file) => existsSync(file))
/** A leap second, NTP after a suspend, summer time, a machine without a clock, and one whose year was typed wrong. */
const jumps = ['+1', '-1', '+3600', '-3600', '+86400', '-2592000', '+315360000', '+0']
const afterJumpMs = 2500

test('the wall clock jumps by seconds to years, forth and back: no frame is lost, states stay true, nobody is killed for it', {
  skip: library === undefined ? 'faketime is not installed; npm test installs it on Debian' : false,
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-clock-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'offset')
  const setOffset = (text: string): void => {
    writeFileSync(`${file}.new`, `${text}\n`)
    renameSync(`${file}.new`, file)
  }
  setOffset('+0')
  const env = { LD_PRELOAD: library!, FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1' }
  const sluice = await startFullSluice(t, { env })
  const show = await openNumberedShow(t, sluice, { name: 'Show', outputs: ['rtmp', 'srt'] })
  const processes = async (): Promise<(number | null)[]> => [sluice.controlPid(), ...(await sluice.enginePids()).values()]
  const before = await processes()
  for (const jump of jumps) {
    setOffset(jump)
    const seen = new Set<string>()
    const endMs = performance.now() + afterJumpMs
    while (performance.now() < endMs) {
      for (const state of await show.states()) seen.add(state)
      assert.equal(await sluice.ready(), 200, `ready after a jump to ${jump} s`)
      await sleep(200)
    }
    assert.deepEqual([...seen], ['live'], `after a jump to ${jump} s`)
    await sluice.api('PATCH', paths.channel(show.channel.id), { name: `Show at ${jump}` })
  }
  await untilAllWell(sluice, [show])
  assert.deepEqual(await processes(), before, 'nothing was started anew')
  await assertUntouched(show)
})
