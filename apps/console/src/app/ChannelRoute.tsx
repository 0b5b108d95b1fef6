import { useParams } from '@tanstack/react-router'
import { ChannelTimeline } from '../features/activity/index.ts'
import { BroadcastsPanel } from '../features/broadcasts/index.ts'
import { ChannelPage } from '../features/channel/index.ts'
import { FailoverPanel, SlateCard } from '../features/failover/index.ts'
import { GuestsPanel } from '../features/guests/index.ts'
import { ConnectDialog, InputsRail, InputsTab } from '../features/inputs/index.ts'
import { LadderPanel } from '../features/ladder/index.ts'
import { LatencyPanel } from '../features/latency/index.ts'
import { OutputsPanel } from '../features/outputs/index.ts'
import { FromOutsidePanel, PlaybackPanel, ViewingPanel } from '../features/playback/index.ts'
import { ReadinessDialogs, ReadinessPanel } from '../features/readiness/index.ts'
import { RecordingsPanel } from '../features/recordings/index.ts'
import { useChannel, useOutputs } from '../live/index.ts'
import { LostPage } from './LostPage.tsx'

/** Brings together the parts of one channel's page, which do not know each other. */
export function ChannelRoute() {
  const { channelId } = useParams({ from: '/channels/$channelId' })
  const channel = useChannel(channelId)
  const { data: outputs = [] } = useOutputs(channelId)
  if (channel === undefined) return null
  if (channel === null) return <LostPage />
  const outputIds = outputs.filter(({ desired }) => desired === 'running').map(({ id }) => id)
  return (
    <ChannelPage
      key={channel.id}
      channel={channel}
      outputs={<OutputsPanel channel={channel} />}
      inputs={<InputsRail channel={channel} />}
      slate={<SlateCard channel={channel} />}
      tabs={[
        { id: 'timeline', title: 'Timeline', content: <ChannelTimeline channel={channel} outputIds={outputIds} />, isFull: true },
        { id: 'inputs', title: 'Inputs', content: <InputsTab channel={channel} /> },
        { id: 'readiness', title: 'Readiness', content: <ReadinessPanel channel={channel} /> },
        { id: 'encodes', title: 'Encodes', content: <LadderPanel channel={channel} /> },
        {
          id: 'viewers',
          title: 'Viewers',
          content: (
            <>
              <FromOutsidePanel channel={channel} />
              <PlaybackPanel channel={channel} />
              <ViewingPanel channel={channel} />
            </>
          ),
        },
        { id: 'latency', title: 'Latency', content: <LatencyPanel channel={channel} /> },
        { id: 'failover', title: 'Failover', content: <FailoverPanel channel={channel} /> },
        { id: 'broadcasts', title: 'Broadcasts', content: <BroadcastsPanel channel={channel} /> },
        { id: 'recordings', title: 'Recordings', content: <RecordingsPanel channel={channel} /> },
        { id: 'guests', title: 'Guests', content: <GuestsPanel channel={channel} /> },
      ]}
      dialogs={
        <>
          <ConnectDialog channel={channel} />
          <ReadinessDialogs channel={channel} />
        </>
      }
    />
  )
}
