import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Frame } from '@sluice/codecs/frame'
import { type ConvertTask, clipLimits, clipTypes, convertFiles, type LoopFacts } from '@sluice/contract/transcoder'
import { AV_LOG_ERROR } from 'node-av/constants'
import type { Av } from './av.ts'
import { writeCard } from './card.ts'
import { decodeFile } from './decode-file.ts'
import { type AudioCodecForm, audioForm, encodeAudio } from './encode-audio.ts'
import { encodePicture } from './encode-picture.ts'
import { encodeVideo, type VideoForm } from './encode-video.ts'
import {
  audioFromFile,
  type Size,
  silence,
  slateFromCard,
  slateFromFile,
  testCard,
  tone,
  videoFromFile,
  videoFromImage,
  webPicture,
} from './filters.ts'
import { openGraph } from './graph.ts'
import { planLoop, type Rational } from './plan-loop.ts'
import { type Probe, probeFile } from './probe.ts'
import { Refusal } from './refusal.ts'
import { interleave, writeFile, writeLoop } from './write-loop.ts'

const fontsDir = fileURLToPath(new URL('fonts', import.meta.url))
const loopAudio: AudioCodecForm = { codec: 'aac', sampleRate: 48_000, channels: 2 }
const square: Rational = { num: 1, den: 1 }
const thirty: Rational = { num: 30, den: 1 }
/** An image as a clip, and a card as a slate: two groups of pictures, so that two key frames in a row are never the same. */
const stillMs = 4300
/** 240 pictures and 375 packets, and whole periods of the tone. */
const testCardMs = 8000
/** At 1080p30; smaller pictures are given as much less. */
const loopBps = 6_000_000
const most: Size = { width: 1920, height: 1080 }

type Report = (share: number) => void

/** Does one job and says what came of it. Throws Refusal for what the operator has to mend. */
export function runJob(av: Av, job: ConvertTask, report: Report): LoopFacts {
  av.Log.setLevel(AV_LOG_ERROR)
  if (job.do === 'normalise') return normalise(av, job, report)
  if (job.do === 'picture') return makePicture(av, job)
  return job.do === 'slate' ? makeSlate(av, job, report) : makeTestCard(av, report)
}

function normalise(av: Av, job: ConvertTask & { do: 'normalise' }, report: Report): LoopFacts {
  const probe = probeFile(av, convertFiles.probe, job.type)
  const { kind, demuxer } = clipTypes[job.type]
  const isImage = kind === 'image'
  const size = fitted(probe, most)
  const fps = isImage ? thirty : atMostThirty(probe.fps)
  const form = audioForm(loopAudio)
  const plan = planLoop(isImage ? stillMs : Math.max(probe.durationMs, 500), fps, form.sampleRate, form.packetSamples)
  const pictures = isImage ? videoFromImage(probe, size, fps, plan.pictures) : videoFromFile(probe, size, fps, plan.pictures)
  const sound = probe.hasAudio ? audioFromFile(probe, form, plan.packets) : silence(form, plan.packets)
  const video = encodeVideo(av, openGraph(av, 'video', pictures, decodeFile(av, convertFiles.video, demuxer, 'video')), loopForm(size, fps))
  const soundFile = probe.hasAudio ? decodeFile(av, convertFiles.audio, demuxer, 'audio') : null
  const audio = encodeAudio(av, openGraph(av, 'audio', sound, soundFile), loopAudio, plan.packets)
  return write(interleave(video, audio), { ...size, fps, pictures: plan.pictures, hasAudio: probe.hasAudio, hasTrack: true }, report)
}

function makePicture(av: Av, { type, box, as }: ConvertTask & { do: 'picture' }): LoopFacts {
  const probe = probeFile(av, convertFiles.probe, type)
  const size = fitted(probe, box)
  const source = openGraph(av, 'video', webPicture(probe, size, as), decodeFile(av, convertFiles.video, clipTypes[type].demuxer, 'video'))
  const bytes = writeFile(convertFiles.target, encodePicture(av, source, size, as))
  return { ...size, bytes, durationMs: 0, fps: 0, hasAudio: false }
}

function makeTestCard(av: Av, report: Report): LoopFacts {
  const size = { width: 1280, height: 720 }
  const form = audioForm(loopAudio)
  const plan = planLoop(testCardMs, thirty, form.sampleRate, form.packetSamples)
  const video = encodeVideo(av, openGraph(av, 'video', testCard(size, thirty, plan.pictures)), loopForm(size, thirty))
  // Twice round, and the second round is kept: its first packet goes on from the last.
  const audio = encodeAudio(av, openGraph(av, 'audio', tone(form, 2 * plan.packets)), loopAudio, plan.packets, plan.packets)
  return write(interleave(video, audio), { ...size, fps: thirty, pictures: plan.pictures, hasAudio: true, hasTrack: true }, report)
}

function makeSlate(av: Av, { from, video, audio }: ConvertTask & { do: 'slate' }, report: Report): LoopFacts {
  requireSlate(video)
  const about = { width: video.width, height: video.height, fps: video.fps }
  if (from.type === 'text') {
    const folder = mkdtempSync(join(tmpdir(), 'card-'))
    const card = join(folder, 'card.ass')
    writeFileSync(card, writeCard(from.text, video.width, video.height), { mode: 0o600 })
    try {
      const { pictures } = planLoop(stillMs, video.fps, 0, 0)
      const source = openGraph(av, 'video', slateFromCard(card, fontsDir, video, pictures))
      return write(encodeVideo(av, source, video), { ...about, pictures, hasAudio: false, hasTrack: false }, report)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  const probe = probeFile(av, convertFiles.probe, 'video/x-flv')
  const form = audio === null ? null : audioForm(audio)
  const plan = planLoop(Math.min(probe.durationMs, clipLimits.slateMs), video.fps, form?.sampleRate ?? 0, form?.packetSamples ?? 0)
  const frames = encodeVideo(
    av,
    openGraph(av, 'video', slateFromFile(probe, video, plan.pictures), decodeFile(av, convertFiles.video, 'flv', 'video')),
    video,
  )
  const facts = { ...about, pictures: plan.pictures, hasAudio: form !== null, hasTrack: form !== null }
  if (form === null || audio === null) return write(frames, facts, report)
  const sound = openGraph(av, 'audio', audioFromFile(probe, form, plan.packets), decodeFile(av, convertFiles.audio, 'flv', 'audio'))
  return write(interleave(frames, encodeAudio(av, sound, audio, plan.packets)), facts, report)
}

/** What is on the air comes from strangers, too. */
function requireSlate({ width, height, fps }: VideoForm): void {
  const rate = fps.num / fps.den
  if (width * height <= clipLimits.slatePixels && rate <= clipLimits.slateFps && rate >= 1) return
  throw new Refusal(
    'CLIP_SIZE',
    `The programme is ${width}x${height} at ${Math.round(rate)} pictures a second, slates are made up to ${(clipLimits.slatePixels / 1e6).toFixed(1)} million pixels at 1 to ${clipLimits.slateFps}.`,
  )
}

type Written = Size & { fps: Rational; pictures: number; hasAudio: boolean; hasTrack: boolean }

function write(frames: Iterable<Frame>, { fps, pictures, hasAudio, hasTrack, width, height }: Written, report: Report): LoopFacts {
  function* counted(): Generator<Frame> {
    let done = 0
    for (const frame of frames) {
      if (frame.track.kind === 'video') report(Math.min(1, ++done / pictures))
      yield frame
    }
  }
  const bytes = writeLoop(convertFiles.target, hasTrack, counted())
  const rate = fps.num / fps.den
  return { durationMs: Math.round((1000 * pictures) / rate), bytes, width, height, fps: Math.round(rate * 100) / 100, hasAudio }
}

const loopForm = (size: Size, fps: Rational): VideoForm => {
  const share = Math.max(0.15, (size.width * size.height) / (most.width * most.height))
  return { codec: 'h264', profile: 'high', level: null, ...size, fps, pixelAspect: square, maxBps: Math.round(loopBps * share) }
}

/** `probe`'s shape inside of `bounds`, never larger than it is; even sides. */
function fitted({ width, height }: Pick<Probe, 'width' | 'height'>, bounds: Size): Size {
  const scale = Math.min(1, bounds.width / width, bounds.height / height)
  const even = (side: number): number => Math.max(16, Math.round((side * scale) / 2) * 2)
  return { width: Math.min(even(width), bounds.width), height: Math.min(even(height), bounds.height) }
}

/** The rate itself up to 30, half of it above, so that pictures stay evenly spaced. */
function atMostThirty({ num, den }: Rational): Rational {
  const rate = num / den
  if (rate <= 30.01) return { num, den }
  return rate / 2 <= 30.01 && rate / 2 >= 20 ? { num, den: den * 2 } : thirty
}
