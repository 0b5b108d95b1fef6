import { useEffect, useRef, useState } from 'react'
import { attachPreview } from '../attach-preview.ts'
import styles from './Preview.module.css'

/** The live picture, some seconds behind. It finds its way back by itself after every error. */
export function PreviewVideo({ hlsUrl, isMuted }: { hlsUrl: string; isMuted: boolean }) {
  const video = useRef<HTMLVideoElement>(null)
  const [note, setNote] = useState<string | null>('Loading the picture')

  useEffect(() => (video.current === null ? undefined : attachPreview(video.current, hlsUrl, setNote)), [hlsUrl])

  return (
    <>
      <video ref={video} className={styles.video} muted={isMuted} autoPlay playsInline aria-label="Live preview" />
      {note !== null && <p className={styles.note}>{note}</p>}
    </>
  )
}
