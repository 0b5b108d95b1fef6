import { type AmfObject, type AmfValue, isAmfObject } from '../amf0/index.ts'

/** Bits of `capsEx`. Spec: Enhanced RTMP v2, "Enhancing NetConnection connect command" */
export const CapsEx = { reconnect: 1, multitrack: 2, modEx: 4, timestampNanoOffset: 8 } as const

/** Bits of the FourCC info maps. */
const FourCcInfo = { canDecode: 1, canEncode: 2, canForward: 4 } as const

/** What a peer says of Enhanced RTMP. `fourCcs`: all it names, in lists and maps, `*` for any; `capsEx`: CapsEx bits. */
export type EnhancedCapabilities = { fourCcs: string[]; capsEx: number }

/** FourCCs that Sluice passes on. Video and audio as Enhanced RTMP names them. */
const videoFourCcs = ['avc1', 'hvc1', 'av01', 'vp09', 'vp08'] as const
const audioFourCcs = ['mp4a', 'Opus', 'ac-3', 'ec-3', 'fLaC', '.mp3'] as const
const maxFourCcs = 64

/** Reads the capabilities out of a connect object or out of an answer's objects; null when none of them is there: a peer of before 2023. */
export function readEnhanced(object: AmfObject): EnhancedCapabilities | null {
  const list = object['fourCcList']
  const video = object['videoFourCcInfoMap']
  const audio = object['audioFourCcInfoMap']
  const capsEx = object['capsEx']
  if (list === undefined && video === undefined && audio === undefined && capsEx === undefined) return null
  const named = [...namesIn(list), ...namesIn(video), ...namesIn(audio)]
  return { fourCcs: [...new Set(named)].slice(0, maxFourCcs), capsEx: typeof capsEx === 'number' ? capsEx >>> 0 : 0 }
}

function namesIn(value: AmfValue): string[] {
  if (Array.isArray(value)) return value.filter((item) => typeof item === 'string')
  if (value !== undefined && isAmfObject(value)) {
    // An ECMA array of strings (0: 'hvc1') reads as an object too: its values are the names then.
    return Object.entries(value).map(([name, item]) => (typeof item === 'string' ? item : name))
  }
  return []
}

/**
 * What Sluice says of itself, as a client and in a server's answer: every codec may come and is passed on as it is, so
 * `canForward`; multitrack and ModEx headers are understood. Reconnect requests are not promised: they are logged and the stream goes on.
 */
export function enhancedProperties(): AmfObject {
  const forward = (names: readonly string[]): AmfObject => Object.fromEntries(names.map((name) => [name, FourCcInfo.canForward]))
  return {
    fourCcList: [...videoFourCcs, ...audioFourCcs],
    videoFourCcInfoMap: forward(videoFourCcs),
    audioFourCcInfoMap: forward(audioFourCcs),
    capsEx: CapsEx.multitrack | CapsEx.modEx,
  }
}
