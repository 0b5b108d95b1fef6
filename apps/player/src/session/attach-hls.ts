import type HlsPlayer from 'hls.js'
import type { LevelDetails } from 'hls.js'
import type { Step } from './steps.ts'
import { TextTracks } from './text-tracks.ts'

/** Something to choose, as a menu shows it. */
export type Choice = { readonly id: number; readonly label: string; readonly isChosen: boolean }

/** One attempt to play a playlist. Figures are null where the browser plays natively and does not tell. */
export type HlsAttachment = {
  /** How the media comes now; `native`: the browser's own business. */
  readonly step: Step | 'native'
  /** The steps that this stream has. */
  readonly offered: readonly Step[]
  take(step: Step): void
  latencyMs(): number | null
  targetMs(): number | null
  isTargetRaised(): boolean
  resetTarget(): void
  goLive(): void
  /** Encoded bitrate of what plays, bits a second. */
  bitrateBps(): number | null
  sounds(): Choice[]
  chooseSound(id: number): void
  qualities(): Choice[]
  /** -1: automatic. */
  chooseQuality(id: number): void
  restartDecoder(): void
  detach(): void
}

export type PlaybackError = { isFatal: boolean; kind: 'network' | 'media' | 'codec' | 'other' }
export type AttachOptions = {
  /** Lines of the largest rung that is chosen automatically. */
  readonly maxHeight: number | null
  /** Of this server's clock before ours, ms. */
  clockOffsetMs(): number
  onError(error: PlaybackError): void
  /** Rungs, sounds or captions are others now. */
  onChoices(): void
}

const backBufferSeconds = 30
/** Catches up unheard. hls.js' own default is not to catch up at all. */
const catchUpRate = 1.1
/** PDT of a clock that is wrong by more than this says nothing. */
const maxCredibleMs = 15 * 60_000

/** Fetches hls.js while it is still asked whether the channel is live. A failure shows itself when it is needed. */
export function preloadHls(): void {
  import('hls.js').catch(() => {})
}

/** Plays `hlsUrl` in `video`: by hls.js, or natively where the browser has no Media Source Extensions. */
export async function attachHls(video: HTMLVideoElement, hlsUrl: string, options: AttachOptions): Promise<HlsAttachment> {
  const { default: Hls } = await import('hls.js')
  if (!Hls.isSupported()) return attachNatively(video, hlsUrl, options)
  // How far behind live to stay is the playlist's word: a number here would overrule PART-HOLD-BACK.
  const hls = new Hls({
    lowLatencyMode: true,
    maxLiveSyncPlaybackRate: catchUpRate,
    backBufferLength: backBufferSeconds,
    // Else the media looks like a file that grows.
    liveDurationInfinity: true,
    capLevelToPlayerSize: true,
    renderTextTracksNatively: false,
  })
  const { ERROR, MANIFEST_PARSED, AUDIO_TRACKS_UPDATED, LEVEL_SWITCHED, AUDIO_TRACK_SWITCHED, LEVEL_LOADED } = Hls.Events
  hls.on(ERROR, (_event, data) => {
    const { MANIFEST_INCOMPATIBLE_CODECS_ERROR, BUFFER_INCOMPATIBLE_CODECS_ERROR, BUFFER_ADD_CODEC_ERROR } = Hls.ErrorDetails
    const ofCodecs: readonly string[] = [MANIFEST_INCOMPATIBLE_CODECS_ERROR, BUFFER_INCOMPATIBLE_CODECS_ERROR, BUFFER_ADD_CODEC_ERROR]
    const byType = data.type === Hls.ErrorTypes.NETWORK_ERROR ? 'network' : data.type === Hls.ErrorTypes.MEDIA_ERROR ? 'media' : 'other'
    options.onError({ isFatal: data.fatal, kind: ofCodecs.includes(data.details) ? 'codec' : byType })
  })
  hls.on(MANIFEST_PARSED, () => {
    if (options.maxHeight !== null) hls.autoLevelCapping = capOf(hls, options.maxHeight)
    options.onChoices()
  })
  for (const event of [AUDIO_TRACKS_UPDATED, LEVEL_SWITCHED, AUDIO_TRACK_SWITCHED] as const) hls.on(event, () => options.onChoices())
  const texts = new TextTracks(video, hls)
  hls.on(Hls.Events.NON_NATIVE_TEXT_TRACKS_FOUND, (_event, { tracks }) => texts.found(tracks))
  hls.on(Hls.Events.CUES_PARSED, (_event, data) => texts.parsed(data))
  let details: LevelDetails | null = null
  hls.on(LEVEL_LOADED, (_event, data) => {
    details = data.details
  })
  hls.loadSource(hlsUrl)
  hls.attachMedia(video)
  const attachment = asAttachment(hls, video, () => details, options)
  return Object.assign(attachment, {
    detach() {
      texts.close()
      hls.destroy()
    },
  })
}

/** The largest level that is not over the cap; the smallest where all are. */
function capOf(hls: HlsPlayer, maxHeight: number): number {
  const fitting = hls.levels.flatMap(({ height }, at) => (height <= maxHeight ? [at] : []))
  return fitting.at(-1) ?? 0
}

function asAttachment(
  hls: HlsPlayer,
  video: HTMLVideoElement,
  details: () => LevelDetails | null,
  options: AttachOptions,
): Omit<HlsAttachment, 'detach'> {
  const hasParts = (): boolean => (details()?.partTarget ?? 0) > 0 && details()?.canBlockReload === true
  /** What the playlist asks for, without what stalls have added. */
  const holdBackS = (): number | null => {
    const found = details()
    if (found === null) return null
    const { holdBack, partHoldBack, targetduration } = found
    return (hls.lowLatencyMode && partHoldBack > 0 ? partHoldBack : holdBack) || 3 * targetduration
  }
  const behindEdgeMs = (): number | null => (hls.latency > 0 ? Math.round(hls.latency * 1000) : null)
  return {
    get step() {
      return hls.lowLatencyMode && hasParts() ? 'll-hls' : 'hls'
    },
    get offered() {
      return hasParts() ? (['ll-hls', 'hls'] as const) : (['hls'] as const)
    },
    take(step) {
      hls.lowLatencyMode = step === 'll-hls'
      const target = holdBackS()
      if (target !== null) hls.targetLatency = target
    },
    latencyMs() {
      const date = hls.playingDate
      const ms = date === null ? Number.NaN : Date.now() + options.clockOffsetMs() - date.getTime()
      return ms >= 0 && ms < maxCredibleMs ? Math.round(ms) : behindEdgeMs()
    },
    targetMs() {
      const [edge, latency] = [hls.targetLatency, this.latencyMs()]
      if (edge === null) return null
      // The target counts from the playlist's edge, latency from the moment that the frame came in: what lies between is nobody's delay.
      const beforeEdgeMs = latency === null ? 0 : Math.max(0, latency - (behindEdgeMs() ?? latency))
      return Math.round(edge * 1000 + beforeEdgeMs)
    },
    isTargetRaised() {
      const [target, plain] = [hls.targetLatency, holdBackS()]
      return target !== null && plain !== null && target > plain + 0.01
    },
    resetTarget() {
      const plain = holdBackS()
      if (plain !== null) hls.targetLatency = plain
    },
    goLive() {
      const at = hls.liveSyncPosition
      if (at !== null) video.currentTime = at
    },
    bitrateBps: () => hls.levels[hls.currentLevel]?.bitrate ?? null,
    sounds: () =>
      hls.audioTracks.map(({ id, name, lang }, at) => ({
        id: at,
        label: name || lang || `Sound ${id + 1}`,
        isChosen: at === hls.audioTrack,
      })),
    chooseSound(id) {
      hls.audioTrack = id
    },
    qualities: () => qualitiesOf(hls),
    chooseQuality(id) {
      hls.nextLevel = id
      options.onChoices()
    },
    restartDecoder: () => hls.recoverMediaError(),
  }
}

/** Automatic first, then from the largest down; one quality is no choice. */
function qualitiesOf(hls: HlsPlayer): Choice[] {
  if (hls.levels.length < 2) return []
  const own = hls.levels
    .map(({ height, bitrate }, id) => ({ id, height, bitrate }))
    .sort((a, b) => b.height - a.height || b.bitrate - a.bitrate)
    .map(({ id, height, bitrate }, at, all) => {
      const isShared = all.some((one, other) => other !== at && one.height === height)
      const label = height === 0 ? 'Sound only' : isShared ? `${height}p, ${(bitrate / 1e6).toFixed(1)} Mbps` : `${height}p`
      return { id, label, isChosen: !hls.autoLevelEnabled && id === hls.manualLevel }
    })
  const now = hls.levels[hls.currentLevel]?.height
  const auto = { id: -1, label: hls.autoLevelEnabled && now ? `Auto, ${now}p` : 'Auto', isChosen: hls.autoLevelEnabled }
  return [auto, ...own]
}

/** Safari's own names beyond the standard. */
type NativeVideo = HTMLVideoElement & {
  getStartDate?(): Date
  audioTracks?: ArrayLike<{ label: string; language: string; enabled: boolean }>
}

function attachNatively(element: HTMLVideoElement, hlsUrl: string, { onError, onChoices, clockOffsetMs }: AttachOptions): HlsAttachment {
  const video: NativeVideo = element
  const onVideoError = (): void =>
    onError({ isFatal: true, kind: video.error?.code === MediaError.MEDIA_ERR_NETWORK ? 'network' : 'other' })
  const onMetadata = (): void => {
    // Safari begins with its captions disabled, which in the menu stands for none of this stream.
    for (const track of Array.from(video.textTracks)) if (track.mode === 'disabled') track.mode = 'hidden'
    onChoices()
  }
  video.addEventListener('error', onVideoError)
  video.addEventListener('loadedmetadata', onMetadata)
  video.src = hlsUrl
  const sounds = () => Array.from(video.audioTracks ?? [])
  return {
    step: 'native',
    offered: [],
    take() {},
    latencyMs() {
      const startMs = video.getStartDate?.().getTime() ?? Number.NaN
      const ms = Date.now() + clockOffsetMs() - startMs - video.currentTime * 1000
      return ms >= 0 && ms < maxCredibleMs ? Math.round(ms) : null
    },
    targetMs: () => null,
    isTargetRaised: () => false,
    resetTarget() {},
    goLive() {
      const { seekable } = video
      if (seekable.length > 0) video.currentTime = seekable.end(seekable.length - 1)
    },
    bitrateBps: () => null,
    sounds: () =>
      sounds().map(({ label, language, enabled }, id) => ({ id, label: label || language || `Sound ${id + 1}`, isChosen: enabled })),
    chooseSound(id) {
      for (const [at, track] of sounds().entries()) track.enabled = at === id
      onChoices()
    },
    qualities: () => [],
    chooseQuality() {},
    restartDecoder: () => video.load(),
    detach: () => {
      video.removeEventListener('error', onVideoError)
      video.removeEventListener('loadedmetadata', onMetadata)
      video.removeAttribute('src')
      video.load()
    },
  }
}
