import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Picture } from '@sluice/contract/api'
import { readOverlay } from './overlay-flag.ts'

const logo: Picture = { id: 'p1', name: 'Logo', width: 4, height: 2, bytes: 9, rungs: [], createdAt: '2026-01-01T00:00:00.000Z' }

test('a picture is named with its place, width and opacity, or with none of them', () => {
  assert.deepEqual(readOverlay('Logo', [logo]), { pictureId: 'p1', x: 0.97, y: 0.03, width: 0.15, opacity: 1 })
  assert.deepEqual(readOverlay('p1@bottom-left,opacity=0.6', [logo]), { pictureId: 'p1', x: 0.03, y: 0.97, width: 0.15, opacity: 0.6 })
  assert.deepEqual(readOverlay('Logo@0.5x1,width=0.3', [logo]), { pictureId: 'p1', x: 0.5, y: 1, width: 0.3, opacity: 1 })
})

test('what is no place, no share and no picture is refused in a sentence', () => {
  for (const text of ['Logo@left', 'Logo@2x0', 'Logo@x', 'Logo@width=3', 'Logo@opacity=no', 'Logo@size=1', 'Other'])
    assert.throws(() => readOverlay(text, [logo]), /is no place|between 0 and 1|neither|picture/, text)
})
