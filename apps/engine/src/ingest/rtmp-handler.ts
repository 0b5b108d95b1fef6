import { cleanText } from '@sluice/base/log'
import type { PlayRequest, PublishRequest, PublishVerdict, RtmpServerHandler, RtmpServerSession } from '@sluice/protocols/rtmp'
import type { Knock } from '../directory/knock.ts'
import type { ViewerAdmissionParts } from '../viewers/admission.ts'
import { playRtmp } from '../viewers/rtmp-player.ts'
import {
  type Admission,
  type AdmissionParts,
  admitPublisher,
  isRefusalCode,
  type RefusalCode,
  refusalWords,
  tellRefusal,
} from './admission.ts'
import { rtmpInput } from './rtmp-input.ts'
import { relayPublish } from './rtmp-relay.ts'

/** The listener that a connection came by. `isRelay`: from another engine of this machine, which must not be sent on again. */
export type RtmpWire = { readonly protocol: 'rtmp' | 'rtmps'; readonly isRelay: boolean }

/** Decides on publishers and players by their key, wherever it stands: to a channel of this engine, on to the engine that has it, or away. */
export function rtmpHandler(parts: AdmissionParts & ViewerAdmissionParts, wire: RtmpWire): RtmpServerHandler {
  return {
    onPublish(request, session) {
      const knock = knockOf(request, wire)
      const told = wire.isRelay ? toldByRelay(parts, request, knock) : null
      if (told !== null) return refuse(told)
      const admission = admitPublisher(parts, knock)
      if (admission.to === 'engine') {
        const { relayPath, key } = admission
        return relayPublish(relayPath, key, request, session, { ...wire, log: parts.log })
      }
      return admission.to === 'input' ? publishHere(admission, request, session, wire) : refuse(admission.code)
    },
    onPlay: (request) => playRtmp(parts, knockOf(request, wire)),
  }
}

/** The name is where a key belongs; boxes have it in the application, in a query, or in the user and password of the address too. */
const knockOf = (request: PublishRequest | PlayRequest, { protocol, isRelay }: RtmpWire): Knock => ({
  protocol,
  remoteAddress: isRelay ? relayOrigin(request).remoteAddress : request.remoteAddress,
  texts: [request.name, request.query, request.app, request.tcUrl],
  isRelay,
  isEncrypted: null,
})

/** Another engine has refused an encoder of ours, and leaves it to us to tell it. */
function toldByRelay(parts: AdmissionParts, { extras }: PublishRequest, knock: Knock): RefusalCode | null {
  const code = extras['sluiceRefused']
  if (!isRefusalCode(code)) return null
  const [known] = parts.directory.publishers(knock.texts.slice(0, 1))
  const input = known === undefined ? undefined : parts.channel(known.route.channelId)?.inputByKey(known.keyHash)
  if (input !== undefined) tellRefusal(parts, input, { ...knock, protocol: 'srt' }, code)
  return code
}

function refuse(code: RefusalCode): PublishVerdict {
  const kind = code === 'in-use' ? 'in-use' : code === 'unknown-key' ? 'bad-key' : 'refused'
  return { accept: false, code: kind, description: refusalWords[code] }
}

function publishHere(
  { input }: Extract<Admission, { to: 'input' }>,
  request: PublishRequest,
  session: RtmpServerSession,
  wire: RtmpWire,
): PublishVerdict {
  const origin = wire.isRelay ? relayOrigin(request) : null
  const facts = {
    protocol: origin?.protocol ?? wire.protocol,
    remoteAddress: origin?.remoteAddress ?? request.remoteAddress,
    encoder: request.encoder === '' ? null : cleanText(request.encoder.slice(0, 80), 80),
  }
  return { accept: true, sink: rtmpInput(input, request, session, facts) }
}

/** What the engine that took the connection says of the encoder; believed on the local relay socket alone. */
function relayOrigin(request: PublishRequest): { protocol: 'rtmp' | 'rtmps' | 'srt'; remoteAddress: string } {
  const { sluiceProtocol, sluiceRemoteAddress } = request.extras
  return {
    protocol: sluiceProtocol === 'rtmps' || sluiceProtocol === 'srt' ? sluiceProtocol : 'rtmp',
    remoteAddress: typeof sluiceRemoteAddress === 'string' ? sluiceRemoteAddress : request.remoteAddress,
  }
}
