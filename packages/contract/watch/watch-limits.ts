/** What one source may ask of the watching child. */
export const watchLimits = {
  /** Pixels of a picture that is decoded: 8K. Larger ones are told of as not decoded. */
  pixels: 8192 * 4320,
  /** Least time between two key pictures of one input: an encoder that sends nothing but key frames is looked at ten times a second. */
  leastGapMs: 100,
} as const

/** A thumbnail: scaled into this box, its shape kept. */
export const thumbnailLimits = {
  width: 320,
  height: 320,
  bytes: 64 * 1024,
} as const
