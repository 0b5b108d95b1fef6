import type { Picture, RungVideoWish } from '@sluice/contract/api'
import { paths } from '@sluice/contract/api'
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react'
import { useThumbnail } from '../../../live/index.ts'
import { cropWindow, movedCrop, roundCrop } from '../crop-window.ts'
import styles from './CropFrame.module.css'

type Props = {
  channelId: string
  video: RungVideoWish
  pictures: readonly Picture[]
  onMove(cropAt: number): void
  /** Let go of, or moved by a key: worth saving. */
  onSettle(cropAt: number): void
}

const keySteps: Readonly<Record<string, number>> = {
  ArrowLeft: -0.02,
  ArrowUp: -0.02,
  ArrowRight: 0.02,
  ArrowDown: 0.02,
  PageUp: -0.1,
  PageDown: 0.1,
  Home: -1,
  End: 1,
}
const stepOf = ({ key }: KeyboardEvent): number | undefined => keySteps[key]
const usualShape = { width: 16, height: 9 }

/** What is on the air, with the window over it that the rung cuts out: dragged, or moved by the arrow keys. */
export function CropFrame({ channelId, video, pictures, onMove, onSettle }: Props) {
  const thumbnail = useThumbnail(channelId, 'fresh')
  const [picture, setPicture] = useState(usualShape)
  const frame = useRef<HTMLDivElement>(null)
  const drag = useRef<{ readonly x: number; readonly y: number; readonly from: number } | null>(null)
  const cropAt = video.cropAt ?? 0.5
  const width = video.width ?? (video.height * picture.width) / picture.height
  const window = cropWindow(picture, { width, height: video.height }, cropAt)
  const placeOf = ({ clientX, clientY }: PointerEvent): number => {
    const box = frame.current?.getBoundingClientRect()
    if (drag.current === null || box === undefined) return cropAt
    const by = { x: (clientX - drag.current.x) / box.width, y: (clientY - drag.current.y) / box.height }
    return movedCrop(window, drag.current.from, by)
  }
  const press = (event: PointerEvent<HTMLDivElement>): void => {
    event.currentTarget.setPointerCapture(event.pointerId)
    drag.current = { x: event.clientX, y: event.clientY, from: cropAt }
  }
  const move = (event: PointerEvent): void => {
    if (drag.current !== null) onMove(placeOf(event))
  }
  const release = (event: PointerEvent): void => {
    if (drag.current === null) return
    const at = placeOf(event)
    drag.current = null
    onMove(at)
    onSettle(at)
  }
  const steer = (event: KeyboardEvent): void => {
    const step = stepOf(event)
    if (step === undefined) return
    event.preventDefault()
    onMove(roundCrop(cropAt + step))
  }
  /** A key that is held down moves it many times, and is worth saving once. */
  const steered = (event: KeyboardEvent): void => {
    if (stepOf(event) !== undefined) onSettle(cropAt)
  }
  const percent = (share: number): string => `${share * 100}%`
  return (
    <div className={styles.frame} ref={frame} style={{ aspectRatio: `${picture.width} / ${picture.height}` }}>
      {thumbnail === null ? (
        <span className={styles.none}>No picture on air</span>
      ) : (
        <img
          className={styles.picture}
          src={thumbnail.url}
          alt=""
          draggable={false}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
            naturalWidth > 0 && setPicture({ width: naturalWidth, height: naturalHeight })
          }
        />
      )}
      <div
        className={styles.window}
        role="slider"
        tabIndex={window.axis === null ? -1 : 0}
        aria-label="Position of the window"
        aria-orientation={window.axis === 'y' ? 'vertical' : 'horizontal'}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(cropAt * 100)}
        data-axis={window.axis}
        style={{ left: percent(window.left), top: percent(window.top), width: percent(window.width), height: percent(window.height) }}
        onPointerDown={press}
        onPointerMove={move}
        onPointerUp={release}
        onPointerCancel={release}
        onKeyDown={steer}
        onKeyUp={steered}
      >
        {(video.overlays ?? []).map(({ pictureId, x, y, width: share, opacity }, i) =>
          pictures.some(({ id }) => id === pictureId) ? (
            <img
              // biome-ignore lint/suspicious/noArrayIndexKey: the same picture may stand at two places
              key={i}
              className={styles.overlay}
              src={paths.pictureImage(pictureId)}
              alt=""
              draggable={false}
              style={{
                left: percent(x),
                top: percent(y),
                width: percent(share),
                opacity,
                transform: `translate(${-x * 100}%, ${-y * 100}%)`,
              }}
            />
          ) : null,
        )}
      </div>
    </div>
  )
}
