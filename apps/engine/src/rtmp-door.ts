import type { RtmpProtocol } from '@sluice/base/words'
import type { PlayRequest, PublishRequest, RtmpServerHandler } from '@sluice/protocols/rtmp'
import type { Knock } from './directory/index.ts'
import { type PublisherAdmissionParts, publishRtmp } from './inputs/index.ts'
import { playRtmp, type ViewerAdmissionParts } from './viewers/index.ts'

/** The listener that a connection came by. `isRelay`: from another engine of this machine, which must not be sent on again. */
export type RtmpWire = { readonly protocol: RtmpProtocol; readonly isRelay: boolean }

/** Who comes over RTMP: publishers go to the inputs, players to the viewers. */
export const rtmpDoor = (parts: PublisherAdmissionParts & ViewerAdmissionParts, wire: RtmpWire): RtmpServerHandler => ({
  onPublish: (request, session) => publishRtmp(parts, knockOf(request, wire), request, session),
  onPlay: (request) => playRtmp(parts, knockOf(request, wire)),
})

/** The name is where a key belongs; boxes have it in the application, in a query, or in the user and password of the address too. */
const knockOf = (request: PublishRequest | PlayRequest, { protocol, isRelay }: RtmpWire): Knock => ({
  ...(isRelay ? relayOrigin(request) : { protocol, remoteAddress: request.remoteAddress }),
  texts: [request.name, request.query, request.app, request.tcUrl],
  isRelay,
  isEncrypted: null,
})

/** What the engine that took the connection says of the far end; believed on the local relay socket alone. */
function relayOrigin({ extras, remoteAddress }: PublishRequest | PlayRequest): Pick<Knock, 'protocol' | 'remoteAddress'> {
  const { sluiceProtocol, sluiceRemoteAddress } = extras
  return {
    protocol: sluiceProtocol === 'rtmps' || sluiceProtocol === 'srt' ? sluiceProtocol : 'rtmp',
    remoteAddress: typeof sluiceRemoteAddress === 'string' ? sluiceRemoteAddress : remoteAddress,
  }
}
