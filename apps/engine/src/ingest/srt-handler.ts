import { SrtRejectCode, type SrtRequest, type SrtServerHandler, type SrtVerdict } from '@sluice/protocols/srt'
import type { ChannelInput } from '../channels/channel-input.ts'
import { keyCandidates } from '../directory/key-candidates.ts'
import type { Knock } from '../directory/knock.ts'
import { canOnlyWatch, type ViewerAdmissionParts } from '../viewers/admission.ts'
import { readSrt } from '../viewers/srt-reader.ts'
import {
  type Admission,
  type AdmissionParts,
  admitPublisher,
  admitTo,
  type RefusalCode,
  tellRefusal,
  tellSendingViewer,
} from './admission.ts'
import { relayRefusal } from './rtmp-relay.ts'
import { srtInput } from './srt-input.ts'
import { relaySrt } from './srt-relay.ts'

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

/**
 * Decides on SRT callers by the key in their stream id: `publish:KEY`, `read:TOKEN`, `#!::r=KEY,m=publish`, the bare key of a publisher, or any
 * other form in which one key of ours stands. Refusals have the codes that libsrt's callers print.
 */
export function srtHandler(parts: AdmissionParts & ViewerAdmissionParts): SrtServerHandler {
  return {
    onRequest(request) {
      const knock = knockOf(request)
      if (request.mode === 'request' || (request.mode === null && canOnlyWatch(parts, knock))) {
        return readSrt(parts, knock, () => {
          tellSendingViewer(parts, knock, (relayPath, key) => tellThere(parts, knock, relayPath, key, 'asks-to-watch'))
        })
      }
      const admission = admitPublisher(parts, knock)
      if (admission.to === 'input') return publishHere(parts, admission, knock)
      return admission.to === 'engine' ? publishThere(parts, admission, knock) : refuse(admission.code)
    },
  }
}

/** Decides on callers of a port that one input has for itself: no stream id is needed, and one that names another key is refused. */
export function srtInputHandler(parts: AdmissionParts, target: () => ChannelInput | undefined): SrtServerHandler {
  return {
    onRequest(request) {
      const input = target()
      if (input === undefined) return { accept: false, code: SrtRejectCode.down }
      const knock = knockOf(request)
      const isOther = parts.directory.publishers(keyCandidates(knock.texts)).some(({ keyHash }) => keyHash !== input.spec.keyHash)
      if (isOther || request.mode === 'request') {
        tellRefusal(parts, input, knock, 'stream-id')
        return refuse('stream-id')
      }
      const admission = admitTo(parts, input, knock)
      if (admission.to === 'input') return publishHere(parts, admission, knock)
      return refuse(admission.to === 'nobody' ? admission.code : 'unreachable')
    },
  }
}

const knockOf = ({ streamId, remoteAddress, isEncrypted, resource }: SrtRequest): Knock => ({
  protocol: 'srt',
  remoteAddress,
  texts: [resource, streamId],
  isRelay: false,
  isEncrypted,
})

function publishHere(parts: AdmissionParts, { input }: Extract<Admission, { to: 'input' }>, knock: Knock): SrtVerdict {
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
  parts: AdmissionParts,
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

/** Tells a refusal to the engine that has the input. */
function tellThere({ log, reports }: AdmissionParts, { remoteAddress }: Knock, relayPath: string, key: string, code: RefusalCode): void {
  reports.report(`${key} ${code}`, () => relayRefusal(relayPath, { key, code, remoteAddress, log }))
}
