import type { Failure } from '@sluice/base/errors'
import type { RetryLimits } from '@sluice/base/redial'

/** Where an output goes and under which rules. A change of url, key or TLS is another place and needs another connection. */
export type OutputTarget = {
  readonly url: string
  readonly streamKey: string
  readonly tlsVerify: boolean
  /** A number for the place that the owner chose, by which it knows where the media goes; it rises with each place. */
  readonly placeNo?: number | undefined
  readonly retry: RetryLimits
  readonly queueMs: number
  /** Media may wait a little so that one write carries several frames, where many outputs are connected. Absent: never. */
  readonly mayGather?: boolean
  /** Over RTMP: all tracks go out, whatever the far end says that it takes. Absent: what it says holds. */
  readonly isMultitrack?: boolean
}

/** Why an output is not where it should be: for the operator, in plain words. */
export type OutputReason = { readonly kind: Failure['kind'] | null; readonly code: string; readonly message: string; readonly hint: string }
