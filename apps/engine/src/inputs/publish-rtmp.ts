import { cleanText } from '@sluice/base/log'
import { encoderName } from '@sluice/base/words'
import type { PublishRequest, PublishVerdict, RtmpServerSession } from '@sluice/protocols/rtmp'
import type { Knock } from '../directory/index.ts'
import { relayPublish } from '../relay/index.ts'
import { admitPublisher, isRefusalCode, type PublisherAdmissionParts, type RefusalCode, refusalWords, tellRefusal } from './admission.ts'
import { rtmpInput } from './rtmp-input.ts'

/** Answers an RTMP publish: to an input of this engine, on to the engine that has it, or away. */
export function publishRtmp(
  parts: PublisherAdmissionParts,
  knock: Knock,
  request: PublishRequest,
  session: RtmpServerSession,
): PublishVerdict | Promise<PublishVerdict> {
  const told = knock.isRelay ? toldByRelay(parts, request, knock) : null
  if (told !== null) return refuse(told)
  const admission = admitPublisher(parts, knock)
  if (admission.to === 'nobody') return refuse(admission.code)
  if (admission.to === 'engine') {
    const { relayPath, key } = admission
    return relayPublish(relayPath, key, request, session, { protocol: knock.protocol, log: parts.log })
  }
  const facts = {
    protocol: knock.protocol,
    remoteAddress: knock.remoteAddress,
    encoder: encoderName(cleanText(request.encoder.slice(0, 80), 80)),
    ...(knock.isRelay ? { isRelayed: true as const } : {}),
    ...(asksForRenditions(request) || (knock.isRelay && request.extras['sluiceRenditions'] === true)
      ? { hasRenditions: true as const }
      : {}),
  }
  return { accept: true, sink: rtmpInput(admission.input, request, session, facts) }
}

/** OBS names the configuration that it was given; without one, further video tracks are what they are for any encoder: other pictures. */
const asksForRenditions = ({ query }: PublishRequest): boolean => new URLSearchParams(query).has('clientConfigId')

/** Another engine has refused an encoder of ours, and leaves it to us to tell it. */
function toldByRelay(parts: PublisherAdmissionParts, { extras }: PublishRequest, knock: Knock): RefusalCode | null {
  const code = extras['sluiceRefused']
  if (!isRefusalCode(code)) return null
  const [known] = parts.directory.publishers(knock.texts.slice(0, 1))
  const input = known === undefined ? undefined : parts.inputOf(known.route.channelId, known.keyHash)
  if (input !== undefined) tellRefusal(parts, input, { ...knock, protocol: 'srt' }, code)
  return code
}

function refuse(code: RefusalCode): PublishVerdict {
  const kind = code === 'in-use' ? 'in-use' : code === 'unknown-key' ? 'bad-key' : 'refused'
  return { accept: false, code: kind, description: refusalWords[code] }
}
