import { concatBytes, writeU32 } from '@sluice/base/bytes'

const owner = 'com.apple.streaming.transportStreamTimestamp\0'
const synchsafe = (value: number): number[] => [(value >> 21) & 127, (value >> 14) & 127, (value >> 7) & 127, value & 127]
const ascii = (text: string): number[] => Array.from(text, (one) => one.charCodeAt(0))

/** An ID3v2.4 tag that says the time of what follows, with a frame of text before it as packagers write one. */
export function id3Tag(timestamp90k: number, { version = 4, text = 'a title' } = {}): Uint8Array {
  const sizeOf = (bytes: number): number[] => (version >= 4 ? synchsafe(bytes) : [bytes >>> 24, bytes >>> 16, bytes >>> 8, bytes])
  const time = new Uint8Array(8)
  writeU32(time, 0, Math.floor(timestamp90k / 2 ** 32))
  writeU32(time, 4, timestamp90k % 2 ** 32)
  const frames = [
    ...ascii('TIT2'),
    ...sizeOf(text.length + 1),
    0,
    0,
    3,
    ...ascii(text),
    ...ascii('PRIV'),
    ...sizeOf(owner.length + 8),
    0,
    0,
    ...ascii(owner),
    ...time,
  ]
  return concatBytes([Uint8Array.from([...ascii('ID3'), version, 0, 0, ...synchsafe(frames.length)]), Uint8Array.from(frames)])
}

/** Frames of AAC-LC, 48 kHz stereo, each with its ADTS header: silence of no particular kind. */
export function adtsFrames(count: number, payloadBytes = 50): Uint8Array {
  const bytes = payloadBytes + 7
  const one = new Uint8Array(bytes).fill(0x21)
  one.set([0xff, 0xf1, 0x4c, 0x80 | (bytes >>> 11), (bytes >>> 3) & 255, ((bytes & 7) << 5) | 0x1f, 0xfc])
  return concatBytes(Array.from({ length: count }, () => one))
}

/** Frames of MP3: layer III of MPEG-1, 128 kbit/s, 48 kHz, joint stereo. */
export function mp3Frames(count: number): Uint8Array {
  const one = new Uint8Array(384)
  one.set([0xff, 0xfb, 0x94, 0x44])
  return concatBytes(Array.from({ length: count }, () => one))
}

/** Frames of AC-3: 48 kHz, 192 kbit/s, 2/0. */
export function ac3Frames(count: number): Uint8Array {
  const one = new Uint8Array(768)
  one.set([0x0b, 0x77, 0, 0, 0x14, 0x40, 0x43, 0xe0])
  return concatBytes(Array.from({ length: count }, () => one))
}
