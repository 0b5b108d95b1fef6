import type { Channel, ChannelStats } from '@sluice/contract/api'
import { IconAlertTriangleFilled, IconBroadcast, IconClockPause, IconPlugConnected } from '@tabler/icons-react'
import { formatBytes, formatCount } from '../../ui/format/index.ts'
import { type Look, unknownLook } from '../../ui/state/index.ts'

type Playback = NonNullable<ChannelStats['playback']>

/** Segments may be late by this many segment lengths before the page is called late. */
const lateFactor = 2.5
const minLateMs = 6000

/** The channel's own player page as an output among the others: class A, and watched like them. [OBS-05] */
export function playbackLook(channel: Channel, playback: Playback | null, segmentSeenMs: number | undefined, nowMs: number): Look {
  if (channel.engine?.state === 'silent') return unknownLook
  if (channel.state === 'idle') return { tone: 'quiet', word: 'Waiting', Icon: IconClockPause }
  if (playback === null || segmentSeenMs === undefined) return { tone: 'busy', word: 'Starting', Icon: IconPlugConnected }
  if (nowMs - segmentSeenMs > lateAfterMs(playback)) return { tone: 'warn', word: 'Late', Icon: IconAlertTriangleFilled }
  return { tone: 'ok', word: 'Live', Icon: IconBroadcast }
}

export function playbackSentence(look: Look, playback: Playback | null, segmentSeenMs: number | undefined, nowMs: number): string {
  if (look === unknownLook) return 'No report from the engine: viewers may see nothing.'
  if (look.word === 'Waiting') return 'Viewers see a waiting screen until the channel has a source.'
  if (playback === null || segmentSeenMs === undefined) return 'Preparing the first segment.'
  if (look.word === 'Late') return `No new segment for ${Math.floor((nowMs - segmentSeenMs) / 1000)} s. Check the input first.`
  return `A segment every ${(playback.lastSegmentMs / 1000).toFixed(1)} s, ${formatCount(playback.viewers, 'viewer')}, ${formatBytes(playback.bytesServedTotal)} served.`
}

const lateAfterMs = (playback: Playback): number => Math.max(minLateMs, playback.lastSegmentMs * lateFactor)
