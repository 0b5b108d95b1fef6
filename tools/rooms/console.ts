import type { AppRooms } from './app-rooms.ts'

/** Who may enter whom in `apps/console/src`. Features never enter each other. */
export const consoleRooms: AppRooms = {
  app: 'console',
  groups: ['features', 'ui'],
  pairs: {
    app: {
      'features/*': 'puts pages and panels together, and gives each its route',
      live: 'who is signed in, and what the shell shows of all channels',
      'ui/*': 'the shell and what stands before it',
    },
    'features/*': {
      live: 'data and calls',
      'ui/*': 'what pages are made of',
    },
    'ui/checks': { 'ui/state': 'a verdict has the tone of a state' },
    'ui/gates': { 'ui/state': 'a gate has the tone of its output' },
    'ui/platform': { 'ui/form': 'errors at the fields of a target', 'ui/format': 'limits of a class in words' },
    'ui/policy': { 'ui/format': 'when an override was made' },
    'ui/srt': { 'ui/graph': 'round trip, loss and repeats over time' },
  },
}
