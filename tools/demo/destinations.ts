import type { SinkBehaviour } from './sink-server.ts'

/** One destination of the demo: how it behaves, and what its output must end up as. */
export type DemoDestination = {
  readonly name: string
  readonly class: 'B' | 'C'
  readonly behaviour: SinkBehaviour
  readonly expected: 'live' | 'failed'
}

/** When the platform that changes its mind does so. */
const revokedAfterMs = 8000

export const demoDestinations: readonly DemoDestination[] = [
  { name: 'Big platform', class: 'B', behaviour: { kind: 'takes' }, expected: 'live' },
  { name: 'Partner site', class: 'C', behaviour: { kind: 'takes' }, expected: 'live' },
  { name: 'Revoked key', class: 'B', behaviour: { kind: 'revokes', afterMs: revokedAfterMs }, expected: 'failed' },
]
