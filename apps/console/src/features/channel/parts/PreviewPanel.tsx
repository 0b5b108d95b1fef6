import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'
import type { Channel } from '@sluice/contract/api'
import { IconChevronDown, IconChevronUp, IconExternalLink, IconVolume, IconVolumeOff } from '@tabler/icons-react'
import { useState } from 'react'
import { Panel } from '../../../ui/layout/index.ts'
import styles from './PreviewPanel.module.css'
import { PreviewVideo } from './PreviewVideo.tsx'

/** What viewers of the player page see, without its sound until asked for. It costs one viewer's traffic and counts as none. */
export function PreviewPanel({ channel }: { channel: Channel }) {
  const [isShown, setShown] = useLocalStorage({ key: 'sluice.preview', defaultValue: true, getInitialValueInEffect: false })
  const [isMuted, setMuted] = useState(true)
  const isLive = channel.state === 'live'
  const soundLabel = isMuted ? 'Turn sound on' : 'Turn sound off'
  return (
    <Panel
      title="Preview"
      isFlush
      aside={
        <span className={styles.tools}>
          {isShown && isLive && (
            <Tooltip label={soundLabel}>
              <ActionIcon variant="subtle" size={34} aria-label={soundLabel} onClick={() => setMuted(!isMuted)}>
                {isMuted ? <IconVolumeOff size={19} /> : <IconVolume size={19} />}
              </ActionIcon>
            </Tooltip>
          )}
          <Tooltip label="Open player page">
            <ActionIcon component="a" href={channel.playback.page} target="_blank" variant="subtle" size={34} aria-label="Open player page">
              <IconExternalLink size={19} />
            </ActionIcon>
          </Tooltip>
          <Button
            variant="subtle"
            size="compact-sm"
            aria-expanded={isShown}
            rightSection={isShown ? <IconChevronUp size={16} aria-hidden /> : <IconChevronDown size={16} aria-hidden />}
            onClick={() => setShown(!isShown)}
          >
            {isShown ? 'Hide' : 'Show'}
          </Button>
        </span>
      }
    >
      {isShown && (
        <div className={styles.frame}>
          {isLive ? (
            <PreviewVideo key={channel.playback.preview} hlsUrl={channel.playback.preview} isMuted={isMuted} />
          ) : (
            <p className={styles.note}>No picture yet.</p>
          )}
        </div>
      )}
    </Panel>
  )
}
