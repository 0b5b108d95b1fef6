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
  /** Pixels of all pictures together: ten minutes of 4096x2304 at 30 pictures a second. */
  totalPixels: 4096 * 2304 * 30 * 600,
  /** Tracks that a file may have: a camera's has five. */
  tracks: 64,
  /** What is on the air may be larger than a clip, and has its slate in its own size. */
  slatePixels: 8192 * 4320,
  slateFps: 240,
  /** Encoders want at least one macroblock. */
  leastSide: 16,
  /** An engine keeps a slate in memory: no longer part of a clip is shown than this, and no larger file is loaded. */
  slateMs: 30_000,
  slateBytes: 32 * 1024 * 1024,
} as const

/** Kinds of jobs by what they may take. */
export type JobKind = 'image' | 'video' | 'slate' | 'test-card'

const megabyte = 1024 * 1024
/** What Node and the codecs ask for before they do anything, most of which they never touch. */
const idleDataBytes = 700 * megabyte

/** `seconds` by the clock, `cpuSeconds` of all processors together. A job that takes more is ended, and that is its outcome. */
export const jobLimits = {
  image: { rssBytes: 1024 * megabyte, dataBytes: idleDataBytes + 1024 * megabyte, cpuSeconds: 120, seconds: 180, fileBytes: 64 * megabyte },
  /** Ten minutes of video take about as long on a slow machine that has better things to do. */
  video: {
    rssBytes: 2048 * megabyte,
    dataBytes: idleDataBytes + 2048 * megabyte,
    cpuSeconds: 2 * 3600,
    seconds: 2400,
    fileBytes: 1024 * megabyte,
  },
  slate: { rssBytes: 1536 * megabyte, dataBytes: idleDataBytes + 1536 * megabyte, cpuSeconds: 900, seconds: 900, fileBytes: 64 * megabyte },
  'test-card': {
    rssBytes: 768 * megabyte,
    dataBytes: idleDataBytes + 768 * megabyte,
    cpuSeconds: 300,
    seconds: 600,
    fileBytes: 64 * megabyte,
  },
} as const satisfies Record<JobKind, { rssBytes: number; dataBytes: number; cpuSeconds: number; seconds: number; fileBytes: number }>

export const jobKind = (job: { do: 'normalise' | 'picture'; type: ClipType } | { do: 'slate' | 'test-card' }): JobKind =>
  'type' in job ? clipTypes[job.type].kind : job.do
