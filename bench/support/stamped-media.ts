import { fromHex, readU64, writeU32, writeU64 } from '@sluice/base/bytes'
import type { Frame, Track } from '@sluice/codecs/frame'
import { readTrack } from '@sluice/codecs/track'

/** H.264 Constrained Baseline 1280x720 and AAC-LC 48 kHz stereo, as x264 and ffmpeg's aac configure them. */
const avcConfig = '0142c01fffe100196742c01fd9005005bb011000000300100000 0303c0f183248001000568cb83cb20'
export const videoTrack: Track = readTrack('video', 0, 'h264', fromHex(avcConfig))
export const audioTrack: Track = readTrack('audio', 0, 'aac', fromHex('1190'))

const nalLengthBytes = 4
const stampAt = nalLengthBytes + 1
const flvHeaderBytes = 5

/** Microseconds of the machine's monotonic clock: the same in every process. */
export const nowUs = (): number => Number(process.hrtime.bigint() / 1000n)

/** A video access unit of `bytes` bytes that carries the time of its making. Its content is not decodable. */
export function stampedFrame(options: { bytes: number; isKey: boolean; dts: number }): Frame {
  const bytes = new Uint8Array(options.bytes)
  writeU32(bytes, 0, options.bytes - nalLengthBytes)
  bytes[nalLengthBytes] = options.isKey ? 0x65 : 0x41
  writeU64(bytes, stampAt, nowUs())
  return { track: videoTrack, dts: options.dts, pts: options.dts, isKey: options.isKey, bytes }
}

/** When the frame in an FLV video body was made, or null for another body. */
export function stampOf(flvBody: Uint8Array): number | null {
  if (flvBody.length < flvHeaderBytes + stampAt + 8 || flvBody[1] !== 1) return null
  return readU64(flvBody, flvHeaderBytes + stampAt)
}
