import { Tooltip } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'
import type { Channel } from '@sluice/contract/api'
import { IconExternalLink, IconEye, IconEyeOff, IconMaximize, IconPhoto, IconVolume, IconVolumeOff } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { useNow } from '../../../live/index.ts'
import { elapsedMs, formatSpan } from '../../../ui/format/index.ts'
import { sourceTitle } from '../../../ui/state/index.ts'
import styles from './Preview.module.css'
import { PreviewVideo } from './PreviewVideo.tsx'

/** What viewers of the player page see, without its sound until asked for. It costs one viewer's traffic and counts as none. */
export function Preview({ channel }: { channel: Channel }) {
  const [isShown, setShown] = useLocalStorage({ key: 'sluice.preview', defaultValue: true, getInitialValueInEffect: false })
  const [isMuted, setMuted] = useState(true)
  const frame = useRef<HTMLDivElement>(null)
  const isLive = channel.state === 'live'
  return (
    <div ref={frame} className={styles.frame}>
      {!isLive ? (
        <Empty title="Off air" text="Viewers see the waiting screen." />
      ) : isShown ? (
        <>
          <PreviewVideo key={channel.playback.preview} channelId={channel.id} hlsUrl={channel.playback.preview} isMuted={isMuted} />
          <span className={styles.tag}>
            {sourceTitle(channel.source)}
            {channel.source !== 'primary' && <Age since={channel.since} />}
          </span>
        </>
      ) : (
        <Empty title="Preview is off" text="Outputs and viewers are not affected." />
      )}
      <span className={styles.tools}>
        {isLive && isShown && (
          <Tool
            label={isMuted ? 'Turn sound on' : 'Turn sound off'}
            onClick={() => setMuted(!isMuted)}
            Icon={isMuted ? IconVolumeOff : IconVolume}
          />
        )}
        <Tool
          label={isShown ? 'Turn preview off' : 'Turn preview on'}
          onClick={() => setShown(!isShown)}
          Icon={isShown ? IconEye : IconEyeOff}
        />
        {isLive && isShown && <Tool label="Full screen" onClick={() => void frame.current?.requestFullscreen?.()} Icon={IconMaximize} />}
        <Tooltip label="Open player page">
          <a className={styles.tool} href={channel.playback.page} target="_blank" rel="noreferrer" aria-label="Open player page">
            <IconExternalLink size={18} aria-hidden />
          </a>
        </Tooltip>
      </span>
    </div>
  )
}

function Age({ since }: { since: string | null }) {
  const nowMs = useNow()
  return since === null ? null : `, ${formatSpan(elapsedMs(since, nowMs))}`
}

function Empty({ title, text }: { title: string; text: string }) {
  return (
    <div className={styles.empty}>
      <IconPhoto size={28} stroke={1.6} aria-hidden />
      <b>{title}</b>
      <span>{text}</span>
    </div>
  )
}

function Tool({ label, Icon, onClick }: { label: string; Icon: typeof IconEye; onClick(): void }) {
  return (
    <Tooltip label={label}>
      <button type="button" className={styles.tool} aria-label={label} onClick={onClick}>
        <Icon size={18} aria-hidden />
      </button>
    </Tooltip>
  )
}
