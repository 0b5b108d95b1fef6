import type { ChannelStats } from '@sluice/contract/api'
import { rowTime } from './row-time.ts'

type InputStats = ChannelStats['inputs'][number]
type OutputStats = ChannelStats['outputs'][number]

/** The figures of a second in which the channel moved nothing. */
export const makeChannelStats = (given: Partial<ChannelStats> = {}): ChannelStats => ({
  channelId: 'c',
  at: rowTime,
  inputs: [],
  outputs: [],
  playback: null,
  ...given,
})

/** The figures of an input that gave nothing. */
export const makeInputStats = (given: Partial<InputStats> = {}): InputStats => ({
  inputId: 'i',
  bitrateBps: 0,
  videoBps: 0,
  audioBps: 0,
  fps: 0,
  gopMs: null,
  framesTotal: 0,
  bytesTotal: 0,
  timestampJumpsTotal: 0,
  maxGapMs: 0,
  sessionMs: 0,
  line: null,
  ...given,
})

/** The figures of an output that sent nothing. */
export const makeOutputStats = (given: Partial<OutputStats> = {}): OutputStats => ({
  outputId: 'o',
  bitrateBps: 0,
  bytesTotal: 0,
  ackedBytesTotal: null,
  queueBytes: 0,
  queueMs: 0,
  framesDroppedTotal: 0,
  reconnectsTotal: 0,
  sessionMs: 0,
  line: null,
  ...given,
})
