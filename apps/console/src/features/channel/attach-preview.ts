const retryMs = 2000
const unplayableRetryMs = 10_000

/**
 * Plays a live playlist in `video` until the returned function is called. hls.js is loaded with the first preview; what the browser
 * plays natively is left to it. `say` gets what to write over the picture, or null while it moves.
 */
export function attachPreview(video: HTMLVideoElement, hlsUrl: string, say: (note: string | null) => void): () => void {
  let isEnded = false
  let detach = (): void => {}
  let retry: ReturnType<typeof setTimeout> | undefined
  const onPlaying = (): void => say(null)
  const onWaiting = (): void => say('Waiting for media')
  video.addEventListener('playing', onPlaying)
  video.addEventListener('waiting', onWaiting)

  const begin = async (): Promise<void> => {
    const { default: Hls } = await import('hls.js/light')
    if (isEnded) return
    if (!Hls.isSupported()) {
      video.src = hlsUrl
      return
    }
    const { MANIFEST_INCOMPATIBLE_CODECS_ERROR, BUFFER_INCOMPATIBLE_CODECS_ERROR, BUFFER_ADD_CODEC_ERROR } = Hls.ErrorDetails
    const lacksCodec: readonly string[] = [MANIFEST_INCOMPATIBLE_CODECS_ERROR, BUFFER_INCOMPATIBLE_CODECS_ERROR, BUFFER_ADD_CODEC_ERROR]
    const hls = new Hls({ backBufferLength: 10, maxBufferLength: 10 })
    detach = () => hls.destroy()
    hls.on(Hls.Events.ERROR, (_event, data) => {
      if (!data.fatal) return
      // The next encoder may send another codec: ask again, seldom.
      if (lacksCodec.includes(data.details)) {
        say('This browser can’t play the codec of this stream. Your outputs are not affected.')
        hls.destroy()
        retry = setTimeout(begin, unplayableRetryMs)
        return
      }
      if (data.type === Hls.ErrorTypes.MEDIA_ERROR) return hls.recoverMediaError()
      // No playlist yet, or the engine has restarted: ask again in a moment.
      say('Waiting for the first segment')
      hls.destroy()
      retry = setTimeout(begin, retryMs)
    })
    hls.loadSource(hlsUrl)
    hls.attachMedia(video)
  }
  void begin()

  return () => {
    isEnded = true
    clearTimeout(retry)
    detach()
    video.removeEventListener('playing', onPlaying)
    video.removeEventListener('waiting', onWaiting)
  }
}
