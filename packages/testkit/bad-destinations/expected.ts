import type { FailureKind } from '@sluice/base/errors'
import type { OutputState } from '@sluice/base/words'

/** What must be said of a bad destination: any of these states with any of these kinds. */
export type Expected = { readonly states: readonly OutputState[]; readonly kinds: readonly (FailureKind | null)[] }

export const retrying = (...kinds: FailureKind[]): Expected => ({ states: ['backoff', 'connecting'], kinds })
export const refused: Expected = { states: ['failed'], kinds: ['auth'] }
export const healthy: Expected = { states: ['live'], kinds: [null] }
export const stalled: Expected = { states: ['stalled', 'backoff'], kinds: ['stall'] }
/** Cut so early, most servers mean the key; later it is an end like any other. */
export const cut = retrying('remote-close', 'publish-rejected')
/** Loopback takes some megabytes on behalf of a far end that reads slowly: within a short run these may hold, or stall. */
export const sluggish: Expected = {
  states: ['live', 'stalled', 'connecting', 'backoff'],
  kinds: [null, 'stall', 'handshake', 'publish-rejected'],
}
