import type { AppRooms } from './app-rooms.ts'

/** Who may enter whom in `apps/control/src`. */
export const controlRooms: AppRooms = {
  app: 'control',
  groups: ['services'],
  pairs: {
    vault: {
      db: 'sealed columns, the deployment secret',
    },
    boot: {
      db: 'seals what older versions stored open',
      vault: 'seals it',
    },
    'srt-history': {
      db: 'one row a minute',
    },
    preflight: {
      destinations: 'rules for addresses',
    },
    services: {
      db: 'transactions',
      destinations: 'the catalogue',
      vault: 'seals secrets',
    },
    'services/*': {
      db: 'reads and writes rows',
      services: 'context, gate, problems, pages',
      'services/audit': 'each write leaves a row',
    },
  },
}
