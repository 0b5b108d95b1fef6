import type { CatalogueEntry, Rung, RungTemplate } from '@sluice/contract/api'
import { expect, test } from 'vitest'
import { autoText, chosenTemplate, rungChoices, wantedText } from './rung-choices.ts'

const entry = (given: Partial<CatalogueEntry>): CatalogueEntry => ({
  ...{ id: 'twitch', name: 'Twitch', status: 'active', category: 'social', suggestedClass: 'B', servers: [], maxVideoKbps: 8000 },
  ...{ recommendedKbps: 6000, maxFps: 60, keyframeSeconds: 2, videoCodecs: ['h264', 'hevc'], audioCodecs: ['aac'] },
  ...{ keyPatternHint: null, notes: '', canPush: true, enhancedBroadcasting: false },
  ...given,
})
const template: RungTemplate = { id: 't', name: 'Social 720p30', note: '', isShipped: true, video: null, audio: null }
const rung: Rung = { id: 'r', channelId: 'c', name: 'Mine', video: null, audio: null, outputs: [], createdAt: '' }

test('what `auto` means is said of the destination that was chosen', () => {
  expect(autoText(entry({}))).toBe(
    'Twitch accepts H.264 or H.265, up to 8000 kbps, 60 frames/s: a source within that passes through untouched, any other is encoded.',
  )
  expect(autoText(null)).toMatch(/the source passes through/)
  expect(wantedText('source', entry({}))).toMatch(/Over 8000 kbps Twitch may refuse it/)
})

test('templates are offered besides the rungs of the channel, unless a rung has their name', () => {
  const values = rungChoices([rung], [template]).flatMap(({ items }) => items.map(({ value }) => value))
  expect(values).toEqual(['auto', 'source', 'r', 'template:t'])
  expect(rungChoices([{ ...rung, name: template.name }], [template]).length).toBe(2)
  expect(chosenTemplate('template:t', [template])).toBe(template)
  expect(chosenTemplate('r', [template])).toBeNull()
})
