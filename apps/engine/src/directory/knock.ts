import type { PushProtocol } from '@sluice/base/words'

/** Somebody who wants to publish or to watch, whatever the protocol. */
export type Knock = {
  readonly protocol: PushProtocol
  readonly remoteAddress: string
  /** What the key may stand in, the likeliest first. */
  readonly texts: readonly string[]
  /** It comes from another engine of this machine, which must not be sent on again. */
  readonly isRelay: boolean
  /** SRT: whether the caller has a passphrase. Null where the transport has none, or where another engine has judged it. */
  readonly isEncrypted: boolean | null
}
