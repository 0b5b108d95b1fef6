import type { SinkBehaviour } from '@sluice/testkit/rtmp-sink'

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
  { name: 'Big platform', class: 'B', behaviour: { type: 'accept' }, expected: 'live' },
  { name: 'Partner site', class: 'C', behaviour: { type: 'accept' }, expected: 'live' },
  { name: 'Revoked key', class: 'B', behaviour: { type: 'revoke', afterMs: revokedAfterMs }, expected: 'failed' },
]
