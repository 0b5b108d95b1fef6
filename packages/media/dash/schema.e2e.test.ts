// budget: 20 s; lane: shared, it checks facts
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { shows } from '@sluice/testkit/shows'
import fc from 'fast-check'
import { playShow } from './testing/play-show.ts'

const schemaDir = path.resolve(import.meta.dirname, '../../containers/mpd/schema')
const skip = spawnSync('xmllint', ['--version']).error === undefined ? false : 'xmllint is not installed; npm test installs it on Debian'

test('manifests of all kinds of shows hold to the schema of the MPD', { skip }, (t) => {
  const dir = mkdtempSync(path.join(tmpdir(), 'sluice-mpd-'))
  t.after(() => rmSync(dir, { recursive: true }))
  const judge = (texts: readonly string[]): { readonly status: number | null; readonly said: string } => {
    const files = texts.map((text, i) => {
      const file = path.join(dir, `${i}.mpd`)
      writeFileSync(file, text)
      return file
    })
    const { status, stderr } = spawnSync('xmllint', ['--nonet', '--noout', '--schema', path.join(schemaDir, 'DASH-MPD.xsd'), ...files], {
      encoding: 'utf8',
      env: { ...process.env, XML_CATALOG_FILES: path.join(schemaDir, 'catalog.xml') },
    })
    return { status, said: stderr }
  }
  const versions = fc.sample(shows, { seed: 5, numRuns: 40 }).flatMap((show) => playShow(show).versions)
  const { status, said } = judge(versions)
  assert.equal(
    status,
    0,
    said.split('\n').find((line) => !line.endsWith(' validates')),
  )
  t.diagnostic(`${versions.length} manifests`)
  assert.ok(versions.length > 200)
  // The judge itself: a manifest with a bad attribute is found.
  assert.notEqual(judge([versions[0]!.replace('type="dynamic"', 'type="sometimes"')]).status, 0)
})
