/** One stream that a player may choose. Spec: RFC 8216 §4.3.4.2 */
export type Variant = {
  readonly uri: string
  /** Peak, bit/s. */
  readonly bandwidthBps: number
  readonly averageBandwidthBps?: number
  /** RFC 6381 strings of all tracks in the variant and its renditions. */
  readonly codecs: readonly string[]
  readonly resolution?: { readonly width: number; readonly height: number }
  readonly fps?: number
  /** GROUP-ID of its audio renditions. */
  readonly audioGroup?: string
  /** GROUP-ID of the captions in its pictures; `none`: there are none, and no player need look for them. Spec: RFC 8216 §4.3.4.2 */
  readonly captions?: { readonly group: string } | 'none'
}

/** Key frames alone, for scrubbing. Written, not read. Spec: RFC 8216 §4.3.4.3 */
export type IFrameVariant = Pick<Variant, 'uri' | 'bandwidthBps' | 'codecs' | 'resolution'>

/** An alternative track. Spec: RFC 8216 §4.3.4.1 */
export type Rendition = {
  readonly type: 'AUDIO' | 'VIDEO' | 'SUBTITLES' | 'CLOSED-CAPTIONS'
  readonly groupId: string
  readonly name: string
  /** Missing: the media is in the variant itself. */
  readonly uri?: string
  readonly language?: string
  readonly isDefault: boolean
  readonly isAutoSelected: boolean
  readonly channels?: number
  /** Of closed captions: which of those in the pictures, `CC1` to `CC4` or `SERVICE1` to `SERVICE63`. */
  readonly instreamId?: string
}

/** A multivariant (master) playlist. Spec: RFC 8216 §4.3.4 */
export type MultivariantPlaylist = {
  readonly version: number
  readonly hasIndependentSegments: boolean
  readonly variants: readonly Variant[]
  readonly renditions: readonly Rendition[]
  readonly iFrameVariants?: readonly IFrameVariant[]
}
