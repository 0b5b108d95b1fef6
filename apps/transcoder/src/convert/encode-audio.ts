import { type AudioTrack, type Frame, ticksPerSecond } from '@sluice/codecs/frame'
import { readTrack } from '@sluice/codecs/track'
import {
  AV_CHANNEL_LAYOUT_MONO,
  AV_CHANNEL_LAYOUT_STEREO,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_SAMPLE_FMT_FLT,
  AV_SAMPLE_FMT_FLTP,
  FF_ENCODER_AAC,
  FF_ENCODER_LIBOPUS,
} from 'node-av/constants'
import type { Av } from './av.ts'
import type { AudioForm } from './filters.ts'
import type { FrameSource } from './graph.ts'

export type AudioCodecForm = { readonly codec: 'aac' | 'opus'; readonly sampleRate: number; readonly channels: number }

const bpsPerChannel = { aac: 80_000, opus: 64_000 }

/** What the encoder of a codec wants of its samples. */
export function audioForm({ codec, sampleRate, channels }: AudioCodecForm): AudioForm {
  return codec === 'aac'
    ? { sampleRate, channels, packetSamples: 1024, sampleFormat: 'fltp' }
    : { sampleRate, channels, packetSamples: 960, sampleFormat: 'flt' }
}

/**
 * Encodes sound to `packets` frames from time 0. `skipPackets` more are encoded before and left out, so that a loop whose sound is
 * periodic goes on without a seam. What the encoder puts before the first sample is left out too.
 */
export function* encodeAudio(av: Av, source: FrameSource, form: AudioCodecForm, packets: number, skipPackets = 0): Generator<Frame> {
  const { packetSamples } = audioForm(form)
  const encoder = openEncoder(av, form)
  const track = audioTrack(form, encoder.extraData!)
  const packet = new av.Packet()
  packet.alloc()
  let samples = 0
  let given = 0
  function* drain(): Generator<Frame> {
    while (encoder.receivePacketSync(packet) >= 0) {
      // Priming has negative times; Opus starts in the middle of a packet.
      const isEarly = Number(packet.pts) + packetSamples / 2 < skipPackets * packetSamples
      if (!isEarly && given < packets) {
        const dts = Math.round((given * packetSamples * ticksPerSecond) / form.sampleRate)
        yield { track, dts, pts: dts, isKey: true, bytes: Uint8Array.from(packet.data!) }
        given++
      }
      packet.unref()
    }
  }
  try {
    for (let frame = source.next(); frame !== null; frame = source.next()) {
      frame.pts = BigInt(samples)
      frame.timeBase = new av.Rational(1, form.sampleRate)
      samples += frame.nbSamples
      av.FFmpegError.throwIfError(encoder.sendFrameSync(frame), 'encode audio')
      yield* drain()
    }
    encoder.sendFrameSync(null)
    yield* drain()
  } finally {
    source.close()
    packet.free()
    encoder.freeContext()
  }
}

const audioTrack = ({ codec }: AudioCodecForm, header: Uint8Array): AudioTrack => readTrack('audio', 0, codec, Uint8Array.from(header))

function openEncoder(av: Av, { codec, sampleRate, channels }: AudioCodecForm): InstanceType<Av['CodecContext']> {
  const found = av.Codec.findEncoderByName(codec === 'aac' ? FF_ENCODER_AAC : FF_ENCODER_LIBOPUS)!
  const encoder = new av.CodecContext()
  encoder.allocContext3(found)
  encoder.sampleRate = sampleRate
  encoder.sampleFormat = codec === 'aac' ? AV_SAMPLE_FMT_FLTP : AV_SAMPLE_FMT_FLT
  encoder.channelLayout = channels === 1 ? AV_CHANNEL_LAYOUT_MONO : AV_CHANNEL_LAYOUT_STEREO
  encoder.timeBase = new av.Rational(1, sampleRate)
  encoder.bitRate = BigInt(bpsPerChannel[codec] * channels)
  encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER)
  av.FFmpegError.throwIfError(encoder.open2Sync(found, null), 'open the audio encoder')
  return encoder
}
