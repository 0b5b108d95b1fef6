import type { AppRooms } from './app-rooms.ts'

/** Who may enter whom in `apps/engine/src`. */
export const engineRooms: AppRooms = {
  app: 'engine',
  groups: [],
  pairs: {
    channels: {
      report: 'tells events and figures',
      watch: 'has its inputs decoded',
      playback: 'counts its viewers',
    },
    ingest: {
      channels: 'opens inputs, hands over frames',
      outputs: 'calls sources over the transports of outputs',
      report: 'tells what was refused',
    },
    playback: {
      channels: 'serves what a channel packaged',
    },
    probe: {
      outputs: 'calls targets as an output does',
    },
    watch: {
      report: 'tells that decoding stopped',
    },
  },
}
