import type { Channel, ChannelStats } from '@sluice/contract/api'
import { IconAlertTriangleFilled, IconBroadcast, IconClockPause, IconPlugConnected } from '@tabler/icons-react'
import { formatBytes, formatCount } from '../../ui/format/index.ts'
import { type Look, unknownLook } from '../../ui/state/index.ts'

type Playback = NonNullable<ChannelStats['playback']>

/** The channel's own player page as an output among the others: class A, and watched like them. [OBS-05] */
export function playbackLook(channel: Channel, playback: Playback | null): Look {
  if (channel.engine?.state === 'silent') return unknownLook
  if (channel.state === 'idle') return { tone: 'quiet', word: 'Waiting', Icon: IconClockPause }
  if (playback === null || playback.segmentsTotal === 0) return { tone: 'busy', word: 'Starting', Icon: IconPlugConnected }
  if (lateOf(playback) !== undefined) return { tone: 'warn', word: 'Late', Icon: IconAlertTriangleFilled }
  return { tone: 'ok', word: 'Live', Icon: IconBroadcast }
}

export function playbackSentence(look: Look, playback: Playback | null): string {
  if (look === unknownLook) return 'No report from the engine: viewers may see nothing.'
  if (look.word === 'Waiting') return 'Viewers see a waiting screen until the channel has a source.'
  if (playback === null || playback.segmentsTotal === 0) return 'Preparing the first segment.'
  const late = lateOf(playback)
  if (late !== undefined) return `${late.sentence} ${late.tryFirst ?? ''}`.trim()
  return `A segment every ${(playback.lastSegmentMs / 1000).toFixed(1)} s, ${formatCount(playback.viewers, 'viewer')}, ${formatBytes(playback.bytesServedTotal)} served.`
}

const lateOf = ({ verdicts }: Playback) => verdicts?.find(({ code }) => code === 'segment-late')
