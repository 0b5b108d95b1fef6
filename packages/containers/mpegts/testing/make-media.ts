import { concatBytes, fromHex } from '@sluice/base/bytes'
import { writeAacConfig } from '@sluice/codecs/aac'
import type { AudioTrack, Frame, Track, VideoTrack } from '@sluice/codecs/frame'
import { writeAvcConfig } from '@sluice/codecs/h264'
import { writeNalUnits } from '@sluice/codecs/nal'
import { makeOpusHead, writeOpusHead } from '@sluice/codecs/opus'
import { readTrack } from '@sluice/codecs/track'
import type { SeededRandom } from '@sluice/testkit/random'

/** From x264: 640x360 at 25 frames a second, High 3.0. */
export const h264Sps = fromHex('6764001eacd940a02ff97011000003000100000300320f162d96')
/** From x264: 320x180 at 25 frames a second, High 2.0. */
export const smallH264Sps = fromHex('67640014acd941419f9f011000000300100000030320f1429960')
export const h264Pps = fromHex('68efbcb0')
/** An access unit delimiter for any slice type. */
export const h264Delimiter = fromHex('09f0')

export const makeH264Track = (id = 0, sps = h264Sps): VideoTrack => readTrack('video', id, 'h264', writeAvcConfig([sps], [h264Pps]))
export const makeAacTrack = (id = 0, sampleRate = 48_000): AudioTrack =>
  readTrack('audio', id, 'aac', writeAacConfig({ objectType: 2, sampleRate, channelConfig: 2 }))
export const makeOpusTrack = (id = 0): AudioTrack => readTrack('audio', id, 'opus', writeOpusHead({ ...makeOpusHead(2), preSkip: 0 }))

/** Bytes that hold no start code and do not end in zero, as inside a NAL unit. */
export const makePayload = (random: SeededRandom, bytes: number): Uint8Array => random.bytes(bytes).map((byte) => byte || 1)

/** A slice with `payload`, of an IDR picture or of one that refers to others. */
export const makeSlice = (isKey: boolean, payload: Uint8Array): Uint8Array => concatBytes([Uint8Array.of(isKey ? 0x65 : 0x41), payload])

/** A picture of one slice. */
export function makeH264Frame(track: VideoTrack, dts: number, pts: number, isKey: boolean, payload: Uint8Array): Frame {
  return { track, dts, pts, isKey, bytes: writeNalUnits([makeSlice(isKey, payload)]) }
}

/** An audio frame of any bytes. */
export const makeAudioFrame = (track: AudioTrack, pts: number, bytes: Uint8Array): Frame => ({ track, dts: pts, pts, isKey: true, bytes })

/** What two frames must share to be the same, timestamps as TS carries them. */
export function comparable(frame: Frame): { track: Track['kind']; id: number; dts: number; pts: number; isKey: boolean; bytes: string } {
  const wrap = (ticks: number): number => ((ticks % 2 ** 33) + 2 ** 33) % 2 ** 33
  const { track, isKey } = frame
  const bytes = Array.from(frame.bytes, (byte) => String.fromCharCode(byte)).join('')
  return { track: track.kind, id: track.id, dts: wrap(frame.dts), pts: wrap(frame.pts), isKey, bytes }
}
