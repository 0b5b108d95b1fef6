import { ActionIcon, Button, Menu, Modal, Stack } from '@mantine/core'
import type { Channel } from '@sluice/contract/api'
import { IconCode, IconDots, IconExternalLink } from '@tabler/icons-react'
import { useState } from 'react'
import { useBitrate, useHistory, useNow, useStats } from '../../../live/index.ts'
import { Mark } from '../../../ui/brand/index.ts'
import { CopyField } from '../../../ui/form/index.ts'
import { Gate } from '../../../ui/gates/index.ts'
import { Sparkline } from '../../../ui/graph/index.ts'
import { onAirInput, StateBadge } from '../../../ui/state/index.ts'
import { playbackLook, playbackSentence } from '../playback-state.ts'
import styles from './OutputRow.module.css'

const windowMs = 60_000

/** The channel's own player page: it is always there, and is watched like any other output. */
export function PlaybackRow({ channel }: { channel: Channel }) {
  const nowMs = useNow()
  const playback = useStats(channel.id)?.playback ?? null
  const sourceId = onAirInput(channel)?.id ?? ''
  const isFed = useBitrate(channel.id, sourceId) !== undefined
  const points = useHistory(sourceId).map((sample) => ({ atMs: sample.atMs, value: sample.bitrateBps }))
  const [isOpen, setOpen] = useState(false)
  const look = playbackLook(channel, playback)
  const notices = channel.playback.notices.join(' ')
  return (
    <li className={styles.output} data-tone={look.tone} aria-label={`Player page, ${look.word}`}>
      <Gate tone={look.tone} level={isFed && (look.tone === 'ok' || look.word === 'On slate') ? 0.75 : 0}>
        <Mark size={20} />
      </Gate>
      <span className={styles.name}>Player page</span>
      <span className={styles.state}>
        <StateBadge {...look} isSoft />
      </span>
      <span className={styles.spark}>
        <Sparkline
          points={points}
          endMs={nowMs}
          windowMs={windowMs}
          max={Math.max(...points.slice(-60).map(({ value }) => value), 1) * 1.15}
        />
      </span>
      <span className={styles.rate} data-none={playback === null}>
        {playback === null ? (
          '–'
        ) : (
          <>
            {playback.viewers} <small>watching</small>
          </>
        )}
      </span>
      <p className={styles.said}>
        <span>
          {playbackSentence(look, playback)} {notices}
        </span>
      </p>
      <span className={styles.acts}>
        <Button
          component="a"
          href={channel.playback.page}
          target="_blank"
          rel="noreferrer"
          variant="default"
          size="compact-md"
          h={32}
          fz="sm"
          leftSection={<IconExternalLink size={16} aria-hidden />}
        >
          Open<span className="visually-hidden"> player page</span>
        </Button>
        <Menu width={220}>
          <Menu.Target>
            <ActionIcon variant="subtle" size={34} aria-label="More for player page">
              <IconDots size={19} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconCode size={16} aria-hidden />} onClick={() => setOpen(true)}>
              Link and embed code
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </span>
      <Modal opened={isOpen} onClose={() => setOpen(false)} title="Player page" size="lg">
        <Stack gap="md">
          <CopyField label="Player page" value={channel.playback.page} />
          <CopyField label="Embed code" value={embedCode(channel)} />
          <CopyField label="HLS playlist" value={channel.playback.hls} />
          <CopyField label="DASH manifest" value={channel.playback.dash} />
        </Stack>
      </Modal>
    </li>
  )
}

function embedCode(channel: Channel): string {
  return `<iframe src="${channel.playback.embed}" title="${channel.name.replaceAll('"', '&quot;')}" style="aspect-ratio:16/9;width:100%;border:0" allow="autoplay; fullscreen; picture-in-picture"></iframe>`
}
