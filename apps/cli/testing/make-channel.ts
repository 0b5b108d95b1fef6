import { Channel } from '@sluice/contract/api'

/** A channel as the API answers it: live on its primary, without inputs, unless told otherwise. */
export const makeChannel = (given: Partial<Channel> & { id: string }): Channel =>
  Channel.parse({
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
    slate: { shows: 'name', clipId: null, state: 'waiting', now: 'last-picture', reason: 'it is made once the channel is on the air' },
    autoRollback: { isArmed: false, keep: 3 },
    overrides: [],
    violations: [],
    since: null,
    inputs: [],
    playback: { playId: '', hls: '', preview: '', page: '', embed: '', rtmp: '', notices: [] },
    outputs: { total: 4, live: 4, troubled: 0 },
    engine: null,
    applied: true,
    createdAt: '2026-01-01T00:00:00.000Z',
    ...given,
  })
