import type { Channel } from '@sluice/contract/api'
import { useNavigate } from '@tanstack/react-router'
import { type ReactNode, Suspense } from 'react'
import { useConnection, useHistorySeed } from '../../live/index.ts'
import { IntentProvider, useAsk } from '../../ui/intent/index.ts'
import styles from './ChannelPage.module.css'
import { AttentionRow } from './parts/AttentionRow.tsx'
import { ChannelHeader } from './parts/ChannelHeader.tsx'
import { Drawer, type DrawerTab } from './parts/Drawer.tsx'
import { Preview } from './parts/Preview.tsx'
import { Shortcuts, useShortcut, useShortcuts } from './shortcuts.tsx'

const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const

type Props = {
  channel: Channel
  outputs: ReactNode
  inputs: ReactNode
  slate: ReactNode
  tabs: readonly DrawerTab[]
  /** Dialogs that any part of the page may ask for. */
  dialogs: ReactNode
}

/**
 * One channel. State, clock and proof; what is wrong first; outputs; the source at the right; everything else in a tab below the outputs.
 * What comes later becomes a tab, never a longer page.
 */
export function ChannelPage(props: Props) {
  return (
    <IntentProvider>
      <Shortcuts>
        <Page {...props} />
      </Shortcuts>
    </IntentProvider>
  )
}

function Page({ channel, outputs, inputs, slate, tabs, dialogs }: Props) {
  const ask = useAsk()
  const navigate = useNavigate()
  const isStale = useConnection().name === 'lost'
  useHistorySeed(channel.id)
  useShortcuts(digits, (digit) => ask({ kind: 'show-place', place: Number(digit) }))
  useShortcut('w', () => void navigate({ to: '/wall' }))
  useShortcut('b', () => ask({ kind: 'switch-to', role: 'backup' }))
  useShortcut('a', channel.lock === 'auto' ? null : () => ask({ kind: 'unlock' }))
  return (
    <div className={styles.page} data-wide data-stale={isStale}>
      <ChannelHeader channel={channel} />
      <AttentionRow channel={channel} />
      <div className={styles.columns}>
        {outputs}
        <aside className={styles.rail} aria-label="Source">
          <Preview channel={channel} />
          {inputs}
          {slate}
        </aside>
        <Drawer tabs={tabs} />
      </div>
      <Suspense>{dialogs}</Suspense>
    </div>
  )
}
