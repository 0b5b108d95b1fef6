/**
 * Who may import whom, floor by floor: the left side may use the doors of the right side, and nothing else of Sluice. Imports go
 * down only. A floor is a workspace; `tools`, `bench` and `e2e` stand beside the house and see all doors.
 */
export const allowedFloors: Readonly<Record<string, readonly string[]>> = {
  base: [],
  codecs: ['base'],
  containers: ['base', 'codecs'],
  protocols: ['base', 'codecs', 'containers'],
  media: ['base', 'codecs', 'containers', 'protocols'],
  contract: ['base'],
  judge: ['base', 'contract'],
  testkit: ['base', 'codecs', 'containers', 'protocols', 'media', 'contract'],
  engine: ['base', 'codecs', 'containers', 'protocols', 'media', 'contract'],
  viewers: ['base', 'codecs', 'containers', 'media', 'contract'],
  transcoder: ['base', 'codecs', 'containers', 'contract'],
  prober: ['base', 'codecs', 'containers', 'protocols', 'media', 'contract'],
  sink: ['base', 'codecs', 'containers', 'protocols', 'media', 'testkit'],
  control: ['base', 'contract', 'judge'],
  cli: ['base', 'contract'],
  console: ['base', 'contract'],
  player: ['base', 'contract'],
}

/** Floors whose package.json may name no dependency but other floors. */
export const floorsWithoutDependencies = ['base', 'codecs', 'containers'] as const

/** Whole floors and rooms that know no `node:` module, so that they run under a fake clock, in a browser and in a fuzz loop alike. */
export const roomsWithoutNode = [
  'base/address',
  'base/admission',
  'base/backoff',
  'base/bounded',
  'base/bytes',
  'base/serial',
  'base/clock',
  'base/colour',
  'base/errors',
  'base/guard',
  'base/log',
  'base/records',
  'base/redial',
  'base/words',
  'codecs',
  'containers',
  'contract',
  'judge',
  'protocols',
] as const

/** In `protocols` the edges may: sockets stand in `server.ts`, `client.ts` and what both share for UDP, ciphers in `crypto.ts`. */
export const nodeEdges = ['server.ts', 'client.ts', 'dgram-socket.ts', 'crypto.ts'] as const
