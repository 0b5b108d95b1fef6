import { Modal, Tabs } from '@mantine/core'
import type { InputRole } from '@sluice/base/words'
import type { Channel } from '@sluice/contract/api'
import { useState } from 'react'
import { useIntent } from '../../ui/intent/index.ts'
import { sourceTitle } from '../../ui/state/index.ts'
import styles from './ConnectDialog.module.css'
import { ClipFields } from './parts/ClipFields.tsx'
import { PullFields } from './parts/PullFields.tsx'
import { RoleChoice } from './parts/RoleChoice.tsx'
import { RtmpFields } from './parts/RtmpFields.tsx'
import { SrtFields } from './parts/SrtFields.tsx'

/** What to type into the encoder of an input, or what feeds it instead. Any part of the page may ask for it. */
export function ConnectDialog({ channel }: { channel: Channel }) {
  const [role, setRole] = useState<InputRole | null>(null)
  useIntent('show-address', (intent) => setRole(intent.role))
  // The chosen one may have been removed.
  const input = channel.inputs.find((other) => other.role === role) ?? channel.inputs[0]
  return (
    <Modal opened={role !== null} onClose={() => setRole(null)} title="Connect your encoder" size={640}>
      {input && (
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
    </Modal>
  )
}
