import { useParams } from '@tanstack/react-router'
import { ChannelTimeline } from '../features/activity/index.ts'
import { ChannelPage } from '../features/channel/index.ts'
import { FailoverPanel } from '../features/failover/index.ts'
import { GuestsPanel } from '../features/guests/index.ts'
import { EncoderPanel, InputsPanel } from '../features/inputs/index.ts'
import { LatencyPanel } from '../features/latency/index.ts'
import { OutputsPanel } from '../features/outputs/index.ts'
import { ReadinessPanel } from '../features/readiness/index.ts'
import { useChannel } from '../live/index.ts'
import { LostPage } from './LostPage.tsx'

/** Brings together the parts of one channel's page, which do not know each other. */
export function ChannelRoute() {
  const { channelId } = useParams({ from: '/channels/$channelId' })
  const channel = useChannel(channelId)
  if (channel === undefined) return null
  if (channel === null) return <LostPage />
  return (
    <ChannelPage
      key={channel.id}
      channel={channel}
      inputs={<InputsPanel channel={channel} />}
      failover={<FailoverPanel channel={channel} />}
      encoder={<EncoderPanel channel={channel} />}
      outputs={<OutputsPanel channel={channel} />}
      guests={<GuestsPanel channel={channel} />}
      readiness={<ReadinessPanel channel={channel} />}
      latency={<LatencyPanel channel={channel} />}
      timeline={<ChannelTimeline channelId={channel.id} />}
    />
  )
}
