import type { Channel, ChannelStats } from '@sluice/contract/api'
import { IconAlertTriangleFilled, IconBroadcast, IconClockPause, IconPhoto, IconPlugConnected } from '@tabler/icons-react'
import { formatCount } from '../../ui/format/index.ts'
import { type Look, unknownLook } from '../../ui/state/index.ts'

type Playback = NonNullable<ChannelStats['playback']>

/** The channel's own player page as an output among the others: class A, and watched like them. [OBS-05] */
export function playbackLook(channel: Channel, playback: Playback | null): Look {
  if (channel.engine?.state === 'silent') return unknownLook
  if (channel.state === 'idle') return { tone: 'quiet', word: 'Waiting', Icon: IconClockPause }
  if (playback === null || playback.segmentsTotal === 0) return { tone: 'busy', word: 'Starting', Icon: IconPlugConnected }
  if (lateOf(playback) !== undefined) return { tone: 'warn', word: 'Late', Icon: IconAlertTriangleFilled }
  if (channel.source === 'slate') return { tone: 'busy', word: 'On slate', Icon: IconPhoto }
  return { tone: 'ok', word: 'Live', Icon: IconBroadcast }
}

export function playbackSentence(look: Look, playback: Playback | null): string {
  if (look === unknownLook) return 'No report from the engine: viewers may see nothing.'
  if (look.word === 'Waiting') return 'Viewers see a waiting screen until the channel has a source.'
  if (playback === null || playback.segmentsTotal === 0) return 'Preparing the first segment.'
  const late = lateOf(playback)
  if (late !== undefined) return `${late.sentence} ${late.tryFirst ?? ''}`.trim()
  if (look.word === 'On slate') return `${formatCount(playback.viewers, 'viewer')} ${playback.viewers === 1 ? 'sees' : 'see'} the slate`
  const behind = playback.holdBackMs === undefined ? '' : `, ${(playback.holdBackMs / 1000).toFixed(1)} s behind live`
  return `${formatCount(playback.viewers, 'viewer')}, a new segment every ${(playback.lastSegmentMs / 1000).toFixed(1)} s${behind}`
}

const lateOf = ({ verdicts }: Playback) => verdicts?.find(({ code }) => code === 'segment-late')
