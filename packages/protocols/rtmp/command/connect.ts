import { WireError } from '@sluice/base/errors'
import { type AmfObject, type AmfValue, type AmfWritable, isAmfObject } from '../amf0/index.ts'
import { clientFlashVersion, serverVersion } from '../constants.ts'
import { type EnhancedCapabilities, enhancedProperties, readEnhanced } from './enhanced.ts'

/** The connect command's object as a server needs it. `app` as it came, query and instance included. Spec: RTMP 1.0 §7.2.1.1 */
export type ConnectRequest = {
  app: string
  tcUrl: string
  flashVersion: string
  /** 0 AMF0, 3 AMF3. */
  objectEncoding: number
  enhanced: EnhancedCapabilities | null
  properties: AmfObject
}

/** Reads connect's arguments. Throws WireError when the first is no object; what is missing in it reads as empty. */
export function readConnect(args: readonly AmfValue[]): ConnectRequest {
  const properties = args[0]
  if (properties === undefined || !isAmfObject(properties)) {
    throw new WireError('RTMP_CONNECT', 0, 'connect has no command object')
  }
  return {
    app: textOf(properties['app']),
    tcUrl: textOf(properties['tcUrl']),
    flashVersion: textOf(properties['flashVer']),
    objectEncoding: properties['objectEncoding'] === 3 ? 3 : 0,
    enhanced: readEnhanced(properties),
    properties,
  }
}

const textOf = (value: AmfValue): string => (typeof value === 'string' ? value : '')

/** Our connect object as a publisher, in the order in which FMLE and OBS send it. */
export function connectObject(options: {
  app: string
  tcUrl: string
  isPublisher: boolean
  enhanced: boolean
  extras: AmfObject
}): AmfObject {
  const common = { app: options.app, flashVer: clientFlashVersion, tcUrl: options.tcUrl }
  const role = options.isPublisher
    ? { type: 'nonprivate' }
    : { fpad: false, capabilities: 15, audioCodecs: 4071, videoCodecs: 252, videoFunction: 1 }
  return { ...common, ...role, ...(options.enhanced ? enhancedProperties() : {}), ...options.extras }
}

/**
 * The two objects of the answer to connect: properties, then information. Enhanced capabilities go into both: the spec does not
 * say which, and clients look in either. `objectEncoding` 0 tells a client that offered AMF3 to stay with AMF0.
 */
export function connectResult(request: ConnectRequest): AmfWritable[] {
  const enhanced = request.enhanced === null ? {} : enhancedProperties()
  return [
    { fmsVer: serverVersion, capabilities: 31, mode: 1, ...enhanced },
    {
      level: 'status',
      code: 'NetConnection.Connect.Success',
      description: 'Connection succeeded.',
      objectEncoding: 0,
      ...enhanced,
    },
  ]
}

/** What a server said of Enhanced RTMP in any object of its answer to connect; null when nothing. */
export function readConnectResult(args: readonly AmfValue[]): EnhancedCapabilities | null {
  for (const arg of args) {
    const found = arg !== undefined && isAmfObject(arg) ? readEnhanced(arg) : null
    if (found !== null) return found
  }
  return null
}
