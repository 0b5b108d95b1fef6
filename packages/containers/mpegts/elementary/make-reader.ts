import { h264Syntax, h265Syntax, type VideoSyntax } from '@sluice/codecs/access-unit'
import type { MediaNote, Track } from '@sluice/codecs/frame'
import { nextStartCode } from '@sluice/codecs/nal'
import type { TsCounters } from '../demux/counters.ts'
import type { Descriptor } from '../psi/descriptor.ts'
import type { CarriedForm } from '../psi/stream-type.ts'
import { Ac3Syntax } from './ac3-syntax.ts'
import { AdtsSyntax } from './adts-syntax.ts'
import type { ElementaryReader } from './elementary-reader.ts'
import { FramedAudioReader } from './framed-audio-reader.ts'
import { LatmSyntax } from './latm-syntax.ts'
import { MpegAudioSyntax } from './mpeg-audio-syntax.ts'
import { readOpusDescriptors } from './opus-channels.ts'
import { OpusReader } from './opus-reader.ts'
import { VideoReader } from './video-reader.ts'

export type MakeReaderOptions = {
  /** Of the stream's entry in the PMT. */
  readonly descriptors: readonly Descriptor[]
  readonly counters: TsCounters
  /** Gives the track its id; asked once, when it is sure that the stream is carried. */
  readonly takeId: () => number
  /** The stream's own headers say that it is something else, which is not carried. */
  readonly onUnsupported: (name: string) => void
  readonly onNote?: (note: MediaNote) => void
}

type Form = {
  readonly kind: Track['kind']
  readonly name: string
  readonly make: (options: MakeReaderOptions) => ElementaryReader | null
  readonly video?: VideoSyntax
}

const forms: { readonly [form in CarriedForm]: Form } = {
  h264: video('H.264 video', h264Syntax),
  h265: video('H.265 video', h265Syntax),
  adts: audio('AAC audio (ADTS)', (o) => new FramedAudioReader(new AdtsSyntax(o.takeId()), o.counters, o.onNote)),
  latm: audio('AAC audio (LATM)', (o) => new FramedAudioReader(new LatmSyntax(o.takeId()), o.counters, o.onNote)),
  mpegAudio: audio('MPEG audio', (o) => new FramedAudioReader(new MpegAudioSyntax(o.takeId, o.onUnsupported), o.counters, o.onNote)),
  ac3: audio('AC-3 audio', (o) => new FramedAudioReader(new Ac3Syntax(o.takeId()), o.counters, o.onNote)),
  eac3: audio('E-AC-3 audio', (o) => new FramedAudioReader(new Ac3Syntax(o.takeId()), o.counters, o.onNote)),
  opus: audio('Opus audio', makeOpusReader),
}

/** A reader for a stream of `form`. Null: its descriptors tell of a variant that is not carried. */
export const makeReader = (form: CarriedForm, options: MakeReaderOptions): ElementaryReader | null => forms[form].make(options)

export const formKind = (form: CarriedForm): Track['kind'] => forms[form].kind

/** For the operator: `AAC audio (LATM)`. */
export const formName = (form: CarriedForm): string => forms[form].name

/** For PesAssembler: whether a payload's begin starts an access unit; null for audio. */
export function startsAccessUnitOf(form: CarriedForm): ((b: Uint8Array, at: number, end: number) => boolean) | null {
  const syntax = forms[form].video
  if (syntax === undefined) return null
  return (b, at, end) => {
    const payload = b.subarray(at, end)
    const unitAt = nextStartCode(payload, 0) + 3
    const isAtStart = payload.subarray(0, unitAt - 3).every((byte) => byte === 0)
    return isAtStart && unitAt + 2 < payload.length && syntax.startsAccessUnit(payload, unitAt)
  }
}

/** Null: channels that are not carried. */
function makeOpusReader({ descriptors, takeId, counters }: MakeReaderOptions): ElementaryReader | null {
  const head = readOpusDescriptors(descriptors)
  return head === null ? null : new OpusReader(head, takeId(), counters)
}

function video(name: string, syntax: VideoSyntax): Form {
  return {
    kind: 'video',
    name,
    video: syntax,
    make: (options) => new VideoReader(syntax, options.takeId(), options.counters, options.onNote),
  }
}

function audio(name: string, make: Form['make']): Form {
  return { kind: 'audio', name, make }
}
