import type { AppRooms } from './app-rooms.ts'

/** Who may enter whom in `apps/console/src`. Features never enter each other. */
export const consoleRooms: AppRooms = {
  app: 'console',
  groups: ['features', 'ui'],
  pairs: {
    app: {
      'features/*': 'shows their pages by route',
      live: 'who is signed in',
      'ui/*': 'the shell is made of it',
    },
    'features/*': {
      live: 'data and calls',
      'ui/*': 'parts of the page',
    },
  },
}
