import { type Channel, type Input, noEventPage, noRecording } from '@sluice/contract/api'
import type { ChannelActual, InputActual } from '@sluice/contract/link'
import { rowTime } from './row-time.ts'

/** A channel as the API answers it: live on its primary, without inputs, unless told otherwise. */
export const makeChannel = (given: Partial<Channel> = {}): Channel => ({
  id: 'c',
  name: 'Show',
  state: 'live',
  source: 'primary',
  lock: 'auto',
  returnsAt: null,
  returnsTo: null,
  failover: {
    ...{ triggerMs: 2500, holdMs: 30_000, slateMs: 0, own: [] },
    triggers: { noKeyFrame: false, bitrateShare: 0, timeStall: false, audioLoss: false },
    fromClasses: {
      triggerMs: { class: 'B', default: 2500, min: 2000, max: 4000 },
      holdMs: { class: 'B', default: 30_000, min: 20_000, max: 60_000 },
    },
  },
  slate: { shows: 'name', clipId: null, state: 'waiting', now: 'last-picture', reason: 'it is created once the channel is live' },
  autoRollback: { isArmed: false, keep: 3 },
  overrides: [],
  violations: [],
  since: null,
  inputs: [],
  playback: {
    playId: '',
    hls: '',
    dash: '',
    preview: '',
    page: '',
    embed: '',
    rtmp: '',
    notices: [],
    ladder: 'off',
    viewing: { latency: 'low', sounds: [] },
  },
  outputs: { total: 4, live: 4, troubled: 0 },
  engine: null,
  applied: true,
  ended: null,
  slateEndsAt: null,
  page: noEventPage,
  recording: noRecording,
  createdAt: rowTime,
  ...given,
})

/** An input as the API answers it to somebody who may not see its key: nothing is connected, unless told otherwise. */
export const makeInput = (given: Partial<Input> = {}): Input => ({
  id: 'i',
  role: 'primary',
  enabled: true,
  maintenance: false,
  streamKey: null,
  urls: null,
  srt: { latencyMs: 500, hasPassphrase: false, port: null, url: null },
  pull: null,
  clip: null,
  applied: true,
  actual: makeInputActual(),
  ...given,
})

/** What an engine reports of an input that waits for an encoder. */
export const makeInputActual = (given: Partial<InputActual> = {}): InputActual => ({
  inputId: 'i',
  role: 'primary',
  state: 'waiting',
  onAir: false,
  since: rowTime,
  protocol: null,
  remoteAddress: null,
  encoder: null,
  video: null,
  audio: null,
  otherTracks: [],
  lastProblem: null,
  ...given,
})

/** What an engine reports of a channel that is live on its primary. */
export const makeChannelActual = (given: Partial<ChannelActual> = {}): ChannelActual => ({
  channelId: 'c',
  revision: 1,
  state: 'live',
  source: 'primary',
  since: rowTime,
  inputs: [],
  outputs: [],
  hlsReady: true,
  ...given,
})
