/** What may be uploaded, by content type: the one demuxer that opens it, so that a file can't make another format of itself. */
export const clipTypes = {
  'image/png': { kind: 'image', demuxer: 'png_pipe' },
  'image/jpeg': { kind: 'image', demuxer: 'jpeg_pipe' },
  'image/webp': { kind: 'image', demuxer: 'webp_pipe' },
  'video/mp4': { kind: 'video', demuxer: 'mov' },
  'video/quicktime': { kind: 'video', demuxer: 'mov' },
  'video/x-matroska': { kind: 'video', demuxer: 'matroska' },
  'video/webm': { kind: 'video', demuxer: 'matroska' },
  'video/mp2t': { kind: 'video', demuxer: 'mpegts' },
  'video/x-flv': { kind: 'video', demuxer: 'flv' },
} as const satisfies Record<string, { kind: 'image' | 'video'; demuxer: string }>
export type ClipType = keyof typeof clipTypes

/** Bounds of what one conversion may take in memory, disk and time. */
export const clipLimits = {
  uploadBytes: 512 * 1024 * 1024,
  videoMs: 10 * 60 * 1000,
  /** A decoder holds up to 16 pictures: 4096x2304 in 8 bits are 14 MB each. */
  videoPixels: 4096 * 2304,
  /** One picture, as RGBA 144 MB. */
  imagePixels: 36_000_000,
  /** Encoders want at least one macroblock. */
  leastSide: 16,
  /** An engine keeps a slate in memory: no longer part of a clip is shown than this, and no larger file is loaded. */
  slateMs: 30_000,
  slateBytes: 32 * 1024 * 1024,
} as const
