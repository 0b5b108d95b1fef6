import type { StreamFigures } from './stream-report.ts'

/** One line for a terminal. */
export function formatFigures(figures: StreamFigures): string {
  const { video, audio, fps, bitrateKbps, keyFrameMs, longestGapMs, jumpsTotal } = figures
  return [
    video === null ? 'no video yet' : `${video} ${fps} fps`,
    audio ?? 'no audio yet',
    `${(bitrateKbps / 1000).toFixed(2)} Mbps`,
    keyFrameMs === null ? 'no second key frame yet' : `key frame every ${(keyFrameMs / 1000).toFixed(2)} s`,
    `longest gap ${longestGapMs} ms`,
    `${jumpsTotal} timestamp jumps`,
  ].join(', ')
}

/** What came in all. */
export const formatTotals = ({ videoFramesTotal, audioFramesTotal, bytesTotal }: StreamFigures): string =>
  `${videoFramesTotal} video and ${audioFramesTotal} audio frames, ${(bytesTotal / 1e6).toFixed(1)} MB`

/** A text of the far end as it may be shown: control characters in it could move the cursor. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to be taken out
export const plain = (text: string): string => text.replace(/[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
