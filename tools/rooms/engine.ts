import type { AppRooms } from './app-rooms.ts'

/** Who may enter whom in `apps/engine/src`. */
export const engineRooms: AppRooms = {
  app: 'engine',
  groups: [],
  pairs: {
    channel: {
      inputs: 'owns the ways into it',
    },
    inputs: {
      directory: 'finds whose key it is',
      relay: 'sends publishers of other engines on',
      report: 'advises on SRT latency',
      targets: 'asks what it may call',
      watch: 'has pictures and sound decoded',
    },
    ladder: {
      channel: 'is a consumer of it',
    },
    outputs: {
      channel: 'is a consumer of it',
      report: 'advises on SRT latency',
      targets: 'asks what it may call',
    },
    probe: {
      targets: 'asks what it may call',
    },
    recorder: {
      channel: 'is a consumer of it',
    },
    viewers: {
      channel: 'is a consumer of it',
      directory: 'finds whose key it is',
      relay: 'sends viewers of other engines on',
    },
  },
}
