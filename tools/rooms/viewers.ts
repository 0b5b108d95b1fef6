import type { AppRooms } from './app-rooms.ts'

/** Who may enter whom in `apps/viewers/src`. */
export const viewersRooms: AppRooms = {
  app: 'viewers',
  groups: [],
  pairs: {
    http: {
      replicas: 'serves what they show',
    },
    replicas: {
      audience: 'each channel counts its viewers',
    },
  },
}
