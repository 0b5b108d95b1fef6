import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { demux, fixtureBytes, fixtureNames, fixturePath, formatDemuxed, tagsOf } from './fixtures/read-fixture.ts'

for (const name of fixtureNames) {
  test(`${name}.flv gives the tracks and frames that are written down`, () => {
    const out = demux(tagsOf(fixtureBytes(name)))
    const golden = fixturePath(`${name}.txt`)
    if (process.env['SLUICE_GOLDEN'] === 'write') writeFileSync(golden, formatDemuxed(out))
    assert.equal(formatDemuxed(out), readFileSync(golden, 'utf8'))
    assert.deepEqual(
      { ...out.stats },
      {
        framesBeforeConfig: 0,
        unknownCodecs: 0,
        unknownPackets: 0,
        brokenBodies: 0,
        emptyFrames: 0,
        damagedFrames: 0,
        keyFlagMismatches: 0,
      },
    )
  })
}
