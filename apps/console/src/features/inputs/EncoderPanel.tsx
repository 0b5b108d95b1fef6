import { Button, Tabs } from '@mantine/core'
import type { InputRole } from '@sluice/base/words'
import type { Channel } from '@sluice/contract/api'
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react'
import { useState } from 'react'
import { Panel } from '../../ui/layout/index.ts'
import { sourceTitle } from '../../ui/state/index.ts'
import styles from './EncoderPanel.module.css'
import { ClipFields } from './parts/ClipFields.tsx'
import { PullFields } from './parts/PullFields.tsx'
import { RoleChoice } from './parts/RoleChoice.tsx'
import { RtmpFields } from './parts/RtmpFields.tsx'
import { SrtFields } from './parts/SrtFields.tsx'

/** What to type into the encoder. Open until something comes in, then out of the way. */
export function EncoderPanel({ channel }: { channel: Channel }) {
  const isReceiving = channel.inputs.some((input) => input.actual !== null && input.actual.state !== 'waiting')
  const [wanted, setWanted] = useState<boolean | null>(null)
  const [role, setRole] = useState<InputRole>('primary')
  const isOpen = wanted ?? !isReceiving
  // The chosen one may have been removed.
  const input = channel.inputs.find((other) => other.role === role) ?? channel.inputs[0]
  return (
    <Panel
      title="Connect your encoder"
      isFlush={!isOpen}
      aside={
        <Button
          variant="subtle"
          size="compact-sm"
          aria-expanded={isOpen}
          rightSection={isOpen ? <IconChevronUp size={16} aria-hidden /> : <IconChevronDown size={16} aria-hidden />}
          onClick={() => setWanted(!isOpen)}
        >
          {isOpen ? 'Hide' : 'Show'}
        </Button>
      }
    >
      {isOpen && input && (
        <Tabs defaultValue={input.clip !== null ? 'clip' : input.pull === null ? 'rtmp' : 'pull'} keepMounted={false}>
          <div className={styles.bar}>
            <Tabs.List aria-label="Protocol">
              <Tabs.Tab value="rtmp">RTMP</Tabs.Tab>
              <Tabs.Tab value="rtmps">RTMPS</Tabs.Tab>
              <Tabs.Tab value="srt">SRT</Tabs.Tab>
              <Tabs.Tab value="pull">Pull</Tabs.Tab>
              <Tabs.Tab value="clip">Clip</Tabs.Tab>
            </Tabs.List>
            <RoleChoice<InputRole>
              label="Input"
              choices={channel.inputs.map((other) => ({ value: other.role, label: sourceTitle(other.role) }))}
              value={input.role}
              onChange={setRole}
            />
          </div>
          <Tabs.Panel value="rtmp">
            <RtmpFields key={input.id} channelId={channel.id} input={input} protocol="rtmp" />
          </Tabs.Panel>
          <Tabs.Panel value="rtmps">
            <RtmpFields key={input.id} channelId={channel.id} input={input} protocol="rtmps" />
          </Tabs.Panel>
          <Tabs.Panel value="srt">
            <SrtFields key={input.id} channelId={channel.id} input={input} />
          </Tabs.Panel>
          <Tabs.Panel value="pull">
            <PullFields key={input.id} channelId={channel.id} input={input} />
          </Tabs.Panel>
          <Tabs.Panel value="clip">
            <ClipFields key={input.id} channelId={channel.id} input={input} />
          </Tabs.Panel>
        </Tabs>
      )}
    </Panel>
  )
}
