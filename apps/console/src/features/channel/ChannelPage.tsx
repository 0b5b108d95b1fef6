import type { Channel } from '@sluice/contract/api'
import type { ReactNode } from 'react'
import styles from './ChannelPage.module.css'
import { ChannelGates } from './parts/ChannelGates.tsx'
import { ChannelHeader } from './parts/ChannelHeader.tsx'
import { PreviewPanel } from './parts/PreviewPanel.tsx'

type Props = {
  channel: Channel
  inputs: ReactNode
  failover: ReactNode
  encoder: ReactNode
  outputs: ReactNode
  guests: ReactNode
  readiness: ReactNode
  latency: ReactNode
  timeline: ReactNode
}

/**
 * One channel: state and gates over all, all inputs beside each other, then the preview at the left and what goes out at the right. On a
 * phone outputs come first.
 */
export function ChannelPage({ channel, inputs, failover, encoder, outputs, guests, readiness, latency, timeline }: Props) {
  const isNew = channel.inputs.every((input) => input.actual === null || input.actual.state === 'waiting')
  return (
    <>
      <ChannelHeader channel={channel} />
      <ChannelGates channel={channel} />
      <div className={styles.columns} data-new={isNew && channel.state === 'idle'}>
        <div className={styles.inputs}>{inputs}</div>
        <div className={styles.in}>
          <div className={styles.preview}>
            <PreviewPanel channel={channel} />
          </div>
          <div className={styles.failover}>{failover}</div>
          <div className={styles.encoder}>{encoder}</div>
        </div>
        <div className={styles.out}>
          <div className={styles.outputs}>{outputs}</div>
          <div className={styles.guests}>{guests}</div>
          <div className={styles.readiness}>{readiness}</div>
          <div className={styles.latency}>{latency}</div>
          <div className={styles.timeline}>{timeline}</div>
        </div>
      </div>
    </>
  )
}
