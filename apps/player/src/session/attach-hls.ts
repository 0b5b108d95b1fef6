/** One attempt to play a playlist. `latencyMs` is null where the browser plays natively and does not tell. */
export type HlsAttachment = { latencyMs(): number | null; restartDecoder(): void; detach(): void }

export type PlaybackError = { isFatal: boolean; kind: 'network' | 'media' | 'codec' | 'other' }

/** Behind the live edge by three segments, as RFC 8216 §6.3.3 has it: one late segment does not stop the picture. */
const liveSyncSegments = 3
/** Further behind than this and it jumps to the edge instead of catching up. */
const maxLiveLagSegments = 8
const catchUpRate = 1.08
const backBufferSeconds = 30

/** Fetches hls.js while it is still asked whether the channel is live. A failure shows itself when it is needed. */
export function preloadHls(): void {
  import('hls.js/light').catch(() => {})
}

/** Plays `hlsUrl` in `video`: by hls.js, or natively where the browser has no Media Source Extensions. */
export async function attachHls(video: HTMLVideoElement, hlsUrl: string, onError: (error: PlaybackError) => void): Promise<HlsAttachment> {
  const { default: Hls } = await import('hls.js/light')
  if (!Hls.isSupported()) return attachNatively(video, hlsUrl, onError)
  const hls = new Hls({
    liveSyncDurationCount: liveSyncSegments,
    liveMaxLatencyDurationCount: maxLiveLagSegments,
    maxLiveSyncPlaybackRate: catchUpRate,
    backBufferLength: backBufferSeconds,
    // Else the media looks like a file that grows, and the controls never say that it is live.
    liveDurationInfinity: true,
  })
  hls.on(Hls.Events.ERROR, (_event, data) => {
    const { MANIFEST_INCOMPATIBLE_CODECS_ERROR, BUFFER_INCOMPATIBLE_CODECS_ERROR, BUFFER_ADD_CODEC_ERROR } = Hls.ErrorDetails
    const ofCodecs: readonly string[] = [MANIFEST_INCOMPATIBLE_CODECS_ERROR, BUFFER_INCOMPATIBLE_CODECS_ERROR, BUFFER_ADD_CODEC_ERROR]
    const byType = data.type === Hls.ErrorTypes.NETWORK_ERROR ? 'network' : data.type === Hls.ErrorTypes.MEDIA_ERROR ? 'media' : 'other'
    onError({ isFatal: data.fatal, kind: ofCodecs.includes(data.details) ? 'codec' : byType })
  })
  hls.loadSource(hlsUrl)
  hls.attachMedia(video)
  return {
    latencyMs: () => (hls.latency > 0 ? Math.round(hls.latency * 1000) : null),
    restartDecoder: () => hls.recoverMediaError(),
    detach: () => hls.destroy(),
  }
}

function attachNatively(video: HTMLVideoElement, hlsUrl: string, onError: (error: PlaybackError) => void): HlsAttachment {
  const onVideoError = (): void =>
    onError({ isFatal: true, kind: video.error?.code === MediaError.MEDIA_ERR_NETWORK ? 'network' : 'other' })
  video.addEventListener('error', onVideoError)
  video.src = hlsUrl
  return {
    latencyMs: () => null,
    restartDecoder: () => video.load(),
    detach: () => {
      video.removeEventListener('error', onVideoError)
      video.removeAttribute('src')
      video.load()
    },
  }
}
