import { useEffect, useRef, useState } from 'react'
import { useThumbnail } from '../../../live/index.ts'
import { attachPreview } from '../attach-preview.ts'
import styles from './Preview.module.css'

/** The live picture, some seconds behind. It finds its way back by itself after every error. */
export function PreviewVideo({ channelId, hlsUrl, isMuted }: { channelId: string; hlsUrl: string; isMuted: boolean }) {
  const video = useRef<HTMLVideoElement>(null)
  const [note, setNote] = useState<string | null>('Loading the picture')
  const [isFirst, setFirst] = useState(true)
  // Who comes from the wall sees its picture until the player has one.
  const poster = useThumbnail(channelId, isFirst ? 'known' : 'none')?.url

  useEffect(() => (video.current === null ? undefined : attachPreview(video.current, hlsUrl, setNote)), [hlsUrl])

  return (
    <>
      <video
        ref={video}
        className={styles.video}
        poster={poster}
        muted={isMuted}
        autoPlay
        playsInline
        aria-label="Live preview"
        onPlaying={() => setFirst(false)}
      />
      {note !== null && <p className={styles.note}>{note}</p>}
    </>
  )
}
