import { ActionIcon, Tooltip } from '@mantine/core'
import type { Channel } from '@sluice/contract/api'
import { IconCode, IconExternalLink } from '@tabler/icons-react'
import { useState } from 'react'
import { useStats } from '../../../live/index.ts'
import { Mark } from '../../../ui/brand/index.ts'
import { CopyField } from '../../../ui/form/index.ts'
import { ClassBadge } from '../../../ui/platform/index.ts'
import { StateBadge } from '../../../ui/state/index.ts'
import { playbackLook, playbackSentence } from '../playback-state.ts'
import row from './OutputRow.module.css'
import styles from './PlaybackRow.module.css'

/** The channel's own player page: it is always there, and is watched like any other output. */
export function PlaybackRow({ channel }: { channel: Channel }) {
  const playback = useStats(channel.id)?.playback ?? null
  const [isOpen, setOpen] = useState(false)
  const look = playbackLook(channel, playback)
  return (
    <li className={row.item} data-tone={look.tone} aria-label={`Player page, ${look.word}`}>
      <div className={styles.row}>
        <div className={row.who}>
          <span className={styles.logo}>
            <Mark size={19} />
          </span>
          <span>
            <span className={row.name}>Player page</span>
            <ClassBadge outputClass="A" />
          </span>
        </div>
        <div>
          <StateBadge {...look} />
        </div>
        <div className={row.actions}>
          <Tooltip label="Open player page">
            <ActionIcon component="a" href={channel.playback.page} target="_blank" variant="subtle" size={34} aria-label="Open player page">
              <IconExternalLink size={19} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Link and embed code">
            <ActionIcon variant="subtle" size={34} aria-expanded={isOpen} aria-label="Link and embed code" onClick={() => setOpen(!isOpen)}>
              <IconCode size={19} />
            </ActionIcon>
          </Tooltip>
        </div>
      </div>
      <div className={row.below}>
        <div className={styles.words}>
          <p className={row.sentence}>{playbackSentence(look, playback)}</p>
          {channel.playback.notices.map((notice) => (
            <p key={notice} className={row.sentence}>
              {notice}
            </p>
          ))}
        </div>
      </div>
      {isOpen && (
        <div className={styles.links}>
          <CopyField label="Player page" value={channel.playback.page} />
          <CopyField label="Embed code" value={embedCode(channel)} />
          <CopyField label="HLS playlist" value={channel.playback.hls} />
        </div>
      )}
    </li>
  )
}

function embedCode(channel: Channel): string {
  return `<iframe src="${channel.playback.embed}" title="${channel.name.replaceAll('"', '&quot;')}" style="aspect-ratio:16/9;width:100%;border:0" allow="autoplay; fullscreen; picture-in-picture"></iframe>`
}
