import type { SrtRequest, SrtServerHandler } from '@sluice/protocols/srt'
import type { Knock } from './directory/index.ts'
import { type ChannelInput, type PublisherAdmissionParts, publishSrt, publishSrtAtPort, tellSendingViewer } from './inputs/index.ts'
import { canOnlyWatch, readSrt, type ViewerAdmissionParts } from './viewers/index.ts'

/**
 * Who comes over SRT, by the key in its stream id: `publish:KEY`, `read:TOKEN`, `#!::r=KEY,m=publish`, the bare key of a publisher, or any
 * other form in which one key of ours stands. Publishers go to the inputs, readers to the viewers.
 */
export const srtDoor = (parts: PublisherAdmissionParts & ViewerAdmissionParts): SrtServerHandler => ({
  onRequest(request) {
    const knock = knockOf(request)
    const isReader = request.mode === 'request' || (request.mode === null && canOnlyWatch(parts, knock))
    return isReader ? readSrt(parts, knock, () => tellSendingViewer(parts, knock)) : publishSrt(parts, knock)
  },
})

/** Who comes to the port that one input has for itself: no stream id is needed, and one that names another key is refused. */
export const srtPortDoor = (parts: PublisherAdmissionParts, target: () => ChannelInput | undefined): SrtServerHandler => ({
  onRequest: (request) => publishSrtAtPort(parts, knockOf(request), target(), request.mode === 'request'),
})

const knockOf = ({ streamId, remoteAddress, isEncrypted, resource }: SrtRequest): Knock => ({
  protocol: 'srt',
  remoteAddress,
  texts: [resource, streamId],
  isRelay: false,
  isEncrypted,
})
