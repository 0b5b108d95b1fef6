import type { Codec } from '@sluice/base/words'
import type { Track } from './track.ts'

/**
 * A coded payload that can't be a Frame as it is: nothing has told its configuration yet, or it does not lie as its configuration says
 * (start codes in place of length fields, a header of its own). Times as in Frame; `bytes` is shared and must not be written to.
 */
export type CodedPacket = {
  readonly kind: Track['kind']
  /** Of the track, as in Track. */
  readonly id: number
  readonly codec: Codec
  readonly dts: number
  readonly pts: number
  readonly bytes: Uint8Array
}
