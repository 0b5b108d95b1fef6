import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shows } from '@sluice/testkit/shows'
import fc from 'fast-check'
import { playShow } from './testing/play-show.ts'

test('whatever the source is, every version of the manifest holds to what players depend on (seed 13) [PLB-05]', () => {
  let grown = 0
  fc.assert(
    fc.property(shows, (show) => {
      grown += playShow(show).grown
    }),
    { seed: 13, numRuns: 150 },
  )
  assert.ok(grown > 1000, `only ${grown} segments were fetched while they grew`)
})
