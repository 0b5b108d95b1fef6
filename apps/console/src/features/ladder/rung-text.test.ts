import type { ChannelPlan } from '@sluice/contract/api'
import { expect, test } from 'vitest'
import { channelWarnings, nobodyText, offerText, stateText, takersOf } from './rung-text.ts'

const plan = (rungs: string[]): Pick<ChannelPlan, 'outputs' | 'player'> => ({
  outputs: [
    { outputId: 'a', name: 'YouTube', rung: 'source', code: 'source-fits', reason: 'It fits.', warning: null, warningCode: null },
    { outputId: 'b', name: 'Twitch', rung: 'r', code: 'source-bitrate', reason: 'Too much.', warning: 'No room.', warningCode: 'no-room' },
  ],
  player: { rungs, reason: '', warning: null },
})
const said = (rungs: string[], of: string) => takersOf(plan(rungs) as ChannelPlan, of).map(({ name, text }) => `${name}: ${text}`)

test('outputs stand at what they get, with the warning before the reason, and the player at each step of its ladder', () => {
  expect(said(['source'], 'source')).toEqual(['YouTube: It fits.', 'Player: gets the source alone'])
  expect(said(['source', 'r', 's'], 'source')).toEqual(['YouTube: It fits.', 'Player: the best of its ladder'])
  expect(said(['source', 'r', 's'], 'r')).toEqual(['Twitch: No room.', 'Player: step 2 of 3'])
  expect(said(['source', 'r', 's'], 's')).toEqual(['Player: the last step, for the slowest lines'])
})

test('an encode that runs as it should says nothing of its state; the others say what is wrong', () => {
  const reason = (message: string) => ({ code: 'X', message })
  expect(stateText(null)).toBeNull()
  expect(stateText({ state: 'running', reason: null })).toBeNull()
  expect(stateText({ state: 'starting', reason: null })).toBeNull()
  expect(stateText({ state: 'running', reason: reason('the source has no sound') })).toEqual({
    text: 'The source has no sound',
    tone: 'warn',
  })
  expect(stateText({ state: 'reduced', reason: reason('half the frame rate') })).toEqual({
    text: 'Reduced: half the frame rate',
    tone: 'warn',
  })
  expect(stateText({ state: 'failed', reason: reason('it died') })).toEqual({ text: 'Failed: it died', tone: 'bad' })
})

test('a ladder that is off is offered with its steps, its price and what is free, or with why it is not', () => {
  const load = { cores: 2, budgetPercent: 140, channelPercent: 45, decodePercent: 20, othersPercent: 0, isCalibrated: true }
  const player = { rungs: ['source'], reason: '', warning: null }
  const source = { video: null, audio: null }
  const offer = { rungs: ['Ladder 720p', 'Ladder 360p'], cpuPercent: 61.6, lowersPresets: false }
  expect(offerText({ player: { ...player, offer }, load, source })).toEqual({
    sentence: 'Automatic would add 720p, 360p for 62 % of a core. 95 % is free for encoding.',
    canTake: true,
  })
  expect(offerText({ player: { ...player, offer }, load, source: null }).sentence).toMatch(/^For a 1080p source, automatic would add/)
  const tight = offerText({ player: { ...player, offer: { ...offer, lowersPresets: true } }, load, source }).sentence
  expect(tight).toBe(
    'Automatic would add 720p, 360p for 62 % of a core. The other encodes would run at a cheaper preset, with a softer picture.',
  )
  expect(offerText({ player, load, source }).canTake).toBe(false)
})

test('a warning that stands at its output is not said twice', () => {
  const { outputs } = plan([])
  const told = { code: 'captions-lost', message: 'No captions.' } as const
  const all = ['The machine is full.', 'Twitch: No room.', 'YouTube: No captions.']
  expect(channelWarnings({ warnings: all, outputs: [{ ...outputs[0]!, notices: [told] }, outputs[1]!] })).toEqual(['The machine is full.'])
})

test('a failed rung that lost its outputs says that they come back', () => {
  expect(nobodyText({ state: 'failed', reason: null })).toMatch(/until it has run for a minute/)
  expect(nobodyText(null)).toBe('Nobody takes it')
})
