import { type RtmpDialect, rtmpFormat, rtmpWireKey } from '@sluice/media/output'
import { CapsEx, type PlayVerdict, type RtmpPlayer } from '@sluice/protocols/rtmp'
import type { Knock } from '../directory/index.ts'
import { relayPlay } from '../relay/index.ts'
import { admitViewer, type ViewerAdmissionParts } from './admission.ts'
import type { Viewer } from './players.ts'

/** Answers an RTMP play. */
export function playRtmp(parts: ViewerAdmissionParts, knock: Knock): PlayVerdict {
  const seat = admitViewer(parts, knock)
  if (seat.to === 'engine') return relayPlay(seat.relayPath, seat.key, parts.log)
  if (seat.to === 'channel') return { accept: true, onReady: (player) => seat.players.feed(viewerOf(player), seat.keyHash) }
  return { accept: false, code: 'not-found', description: 'no such stream: the play token is unknown' }
}

function viewerOf(player: RtmpPlayer): Viewer {
  const dialect = playDialect(player)
  return {
    sink: player,
    wireKey: rtmpWireKey(dialect),
    makeFormat: () => rtmpFormat(dialect),
    onEnd(run) {
      player.onClose = run
    },
    close: (message) => player.close(message),
  }
}

/** Players decode: what they do not name they can't show, so they are believed to the letter. */
function playDialect({ messageStreamId, enhanced }: RtmpPlayer): RtmpDialect {
  const isMultitrack = enhanced !== null && (enhanced.capsEx & CapsEx.multitrack) !== 0
  return { messageStreamId, fourCcs: enhanced?.fourCcs ?? [], isMultitrack, isPublishing: false }
}
