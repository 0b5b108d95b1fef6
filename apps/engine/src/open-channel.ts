import type { ChannelSpec } from '@sluice/contract/link'
import { Channel, type ChannelConsumer, type ChannelParts, type ChannelView } from './channel/index.ts'
import { ChannelBundles, ChannelLadder, type LadderParts } from './ladder/index.ts'
import { BroadcastCount, BroadcastFigure, ChannelOutputs, type OutputParts } from './outputs/index.ts'
import { ChannelRecorder, type RecorderParts } from './recorder/index.ts'
import { Playback, type PlaybackParts, Players } from './viewers/index.ts'

export type OpenChannelParts = ChannelParts & LadderParts & OutputParts & PlaybackParts & RecorderParts

/** A channel, and those of its consumers that others of the engine ask for. */
export type OpenedChannel = { readonly channel: Channel; readonly playback: Playback; readonly players: Players }

/** Opens a channel with all that takes its frames: the one place that knows which kinds of consumers there are. */
export function openChannel(spec: ChannelSpec, parts: OpenChannelParts): OpenedChannel {
  const consumersOf = (channel: ChannelView) => {
    // First: outputs find the rungs of their spec.
    const ladder = new ChannelLadder(channel, parts)
    const bundles = new ChannelBundles(channel, parts)
    const count = new BroadcastCount(parts.clock)
    const outputs = new ChannelOutputs(channel, parts, count)
    const broadcast = new BroadcastFigure(channel, count, outputs)
    const playback = new Playback(channel, spec, parts)
    return {
      ladder,
      bundles,
      broadcast,
      outputs,
      players: new Players(channel.rungs.source.fanOuts),
      playback,
      // After the package that it reads: what that closes is written.
      recorder: new ChannelRecorder(channel, spec, () => playback.store, parts),
    }
  }
  let made: ReturnType<typeof consumersOf> | undefined
  const channel = new Channel(spec, parts, (view): readonly ChannelConsumer[] => {
    made = consumersOf(view)
    return Object.values(made)
  })
  return { channel, playback: made!.playback, players: made!.players }
}
