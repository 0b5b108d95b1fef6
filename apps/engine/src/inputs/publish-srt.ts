import { SrtRejectCode, type SrtVerdict } from '@sluice/protocols/srt'
import { type Knock, keyCandidates } from '../directory/index.ts'
import { relaySrt } from '../relay/index.ts'
import {
  type Admission,
  admitPublisher,
  admitTo,
  type PublisherAdmissionParts,
  type RefusalCode,
  tellRefusal,
  tellThere,
} from './admission.ts'
import type { ChannelInput } from './channel-input.ts'
import { srtInput } from './srt-input.ts'

/** What libsrt's callers print. */
const rejectCodes: Readonly<Record<RefusalCode, SrtRejectCode>> = {
  'unknown-key': SrtRejectCode.unauthorized,
  'several-keys': SrtRejectCode.badRequest,
  'play-token': SrtRejectCode.badMode,
  'asks-to-watch': SrtRejectCode.badMode,
  disabled: SrtRejectCode.forbidden,
  'in-use': SrtRejectCode.conflict,
  'passphrase-missing': SrtRejectCode.unsecure,
  'passphrase-unexpected': SrtRejectCode.unsecure,
  'passphrase-wrong': SrtRejectCode.badSecret,
  'stream-id': SrtRejectCode.unauthorized,
  unreachable: SrtRejectCode.down,
}

const refuse = (code: RefusalCode): SrtVerdict => ({ accept: false, code: rejectCodes[code] })

/** Answers an SRT caller that publishes. Refusals have the codes that libsrt's callers print. */
export function publishSrt(parts: PublisherAdmissionParts, knock: Knock): SrtVerdict {
  const admission = admitPublisher(parts, knock)
  if (admission.to === 'input') return publishHere(parts, admission, knock)
  return admission.to === 'engine' ? publishThere(parts, admission, knock) : refuse(admission.code)
}

/** Answers a caller of a port that one input has for itself. `input`: undefined when it is not here any more. */
export function publishSrtAtPort(
  parts: PublisherAdmissionParts,
  knock: Knock,
  input: ChannelInput | undefined,
  asksToWatch: boolean,
): SrtVerdict {
  if (input === undefined) return { accept: false, code: SrtRejectCode.down }
  const isOther = parts.directory.publishers(keyCandidates(knock.texts)).some(({ keyHash }) => keyHash !== input.spec.keyHash)
  if (isOther || asksToWatch) {
    tellRefusal(parts, input, knock, 'stream-id')
    return refuse('stream-id')
  }
  const admission = admitTo(parts, input, knock)
  if (admission.to === 'input') return publishHere(parts, admission, knock)
  return refuse(admission.to === 'nobody' ? admission.code : 'unreachable')
}

function publishHere(parts: PublisherAdmissionParts, { input }: Extract<Admission, { to: 'input' }>, knock: Knock): SrtVerdict {
  const { passphrase, latencyMs } = input.spec.srt
  return {
    accept: true,
    latencyMs,
    ...(passphrase === null ? {} : { passphrase }),
    onRefused: (code) => {
      if (code === SrtRejectCode.badSecret) tellRefusal(parts, input, knock, 'passphrase-wrong')
    },
    onConnection(connection) {
      // Between the verdict and the connection another encoder may have been faster.
      if (input.isTaken) connection.abort()
      else srtInput(input, connection)
    },
  }
}

/** The channel lives on another engine of this machine: the transport ends here, the frames go on over its relay. */
function publishThere(
  parts: PublisherAdmissionParts,
  { relayPath, key, terms, code }: Extract<Admission, { to: 'engine' }>,
  knock: Knock,
): SrtVerdict {
  const { log } = parts
  const tell = (why: RefusalCode): void => tellThere(parts, knock, relayPath, key, why)
  if (code !== null) {
    tell(code)
    return refuse(code)
  }
  return {
    accept: true,
    latencyMs: terms.latencyMs,
    ...(terms.passphrase === null ? {} : { passphrase: terms.passphrase }),
    onRefused: (reject) => {
      if (reject === SrtRejectCode.badSecret) tell('passphrase-wrong')
    },
    onConnection: (connection) => relaySrt(connection, { relayPath, key, log }),
  }
}
