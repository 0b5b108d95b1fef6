import { writeU32, writeU64 } from '@sluice/base/bytes'
import { invariant } from '@sluice/base/errors'
import type { Frame } from '@sluice/codecs/frame'

/** One frame and how long it lasts: the next frame's dts minus its own, 90 kHz ticks, 0 or more. */
export type Mp4Sample = { readonly frame: Frame; readonly duration90k: number }

/** Consecutive samples of one track, at least one, in decoding order. */
export type Mp4Run = { readonly trackId: number; readonly samples: readonly Mp4Sample[] }

const boxHeaderBytes = 8
const mfhdBytes = 16
const tfhdBytes = 16
const tfdtBytes = 20
const trunHeaderBytes = 20
const videoSampleBytes = 16
const audioSampleBytes = 8

const defaultBaseIsMoof = 0x020000
const defaultSampleFlagsPresent = 0x20
const trunVideo = 0xf01 // data offset; duration, size, flags, composition offset of each sample
const trunAudio = 0x301 // data offset; duration, size of each sample
const syncSample = 0x02000000
const nonSyncSample = 0x01010000

/**
 * One movie fragment: moof and mdat in one new array; a segment is one of them or several. `sequence` counts fragments from 1.
 * Decoding times are absolute (64 bit), composition offsets signed. The first dts of each run must not be negative.
 * Spec: ISO/IEC 14496-12 §8.8.4 to §8.8.12
 */
export function writeFragment(sequence: number, runs: readonly Mp4Run[]): Uint8Array {
  const moofBytes = boxHeaderBytes + mfhdBytes + runs.reduce((sum, run) => sum + trafBytes(run), 0)
  const dataBytes = runs.reduce((sum, run) => sum + payloadBytes(run), 0)
  const out = new Uint8Array(moofBytes + boxHeaderBytes + dataBytes)
  let at = putBox(out, 0, moofBytes, 'moof')
  putFullBox(out, at, mfhdBytes, 'mfhd', 0)
  writeU32(out, at + 12, sequence)
  at += mfhdBytes
  let dataAt = moofBytes + boxHeaderBytes
  for (const run of runs) {
    at = putTraf(out, at, run, dataAt)
    dataAt += payloadBytes(run)
  }
  at = putBox(out, at, boxHeaderBytes + dataBytes, 'mdat')
  for (const run of runs) {
    for (const { frame } of run.samples) {
      out.set(frame.bytes, at)
      at += frame.bytes.length
    }
  }
  return out
}

const isVideo = (run: Mp4Run): boolean => run.samples[0]!.frame.track.kind === 'video'
const payloadBytes = (run: Mp4Run): number => run.samples.reduce((sum, { frame }) => sum + frame.bytes.length, 0)

function trafBytes(run: Mp4Run): number {
  const headers = boxHeaderBytes + tfhdBytes + tfdtBytes + trunHeaderBytes
  return headers + (isVideo(run) ? videoSampleBytes * run.samples.length : 4 + audioSampleBytes * run.samples.length)
}

function putTraf(out: Uint8Array, from: number, run: Mp4Run, dataAt: number): number {
  const first = run.samples[0]!.frame
  invariant(first.dts >= 0, `track ${run.trackId} starts a fragment at ${first.dts} ticks, 0 or more expected`)
  let at = putBox(out, from, trafBytes(run), 'traf')
  const hasVideo = isVideo(run)
  const tfhdSize = hasVideo ? tfhdBytes : tfhdBytes + 4
  putFullBox(out, at, tfhdSize, 'tfhd', hasVideo ? defaultBaseIsMoof : defaultBaseIsMoof | defaultSampleFlagsPresent)
  writeU32(out, at + 12, run.trackId)
  if (!hasVideo) writeU32(out, at + 16, syncSample)
  at += tfhdSize
  putFullBox(out, at, tfdtBytes, 'tfdt', 0x01000000)
  writeU64(out, at + 12, first.dts)
  at += tfdtBytes
  const sampleBytes = hasVideo ? videoSampleBytes : audioSampleBytes
  putFullBox(out, at, trunHeaderBytes + sampleBytes * run.samples.length, 'trun', 0x01000000 | (hasVideo ? trunVideo : trunAudio))
  writeU32(out, at + 12, run.samples.length)
  writeU32(out, at + 16, dataAt) // from the start of the moof
  at += trunHeaderBytes
  for (const { frame, duration90k } of run.samples) {
    writeU32(out, at, duration90k)
    writeU32(out, at + 4, frame.bytes.length)
    if (hasVideo) {
      writeU32(out, at + 8, frame.isKey ? syncSample : nonSyncSample)
      writeU32(out, at + 12, frame.pts - frame.dts)
    }
    at += sampleBytes
  }
  return at
}

function putBox(out: Uint8Array, at: number, bytes: number, type: string): number {
  writeU32(out, at, bytes)
  for (let i = 0; i < 4; i++) out[at + 4 + i] = type.charCodeAt(i)
  return at + boxHeaderBytes
}

function putFullBox(out: Uint8Array, at: number, bytes: number, type: string, versionAndFlags: number): void {
  putBox(out, at, bytes, type)
  writeU32(out, at + 8, versionAndFlags)
}
