import { readAmf0 } from './reader.ts'
import { AmfEcmaArray, type AmfObject, isAmfObject } from './value.ts'
import { writeAmf0 } from './writer.ts'

const setDataFrame = '@setDataFrame'

/** One data message taken apart: `name` such as `onMetaData`, and its first object. */
export type DataMessage = { name: string; object: AmfObject }

/**
 * Reads the body of a data message, with or without the `@setDataFrame` that publishers put before it. Null when it has no name
 * (`@clearDataFrame` alone counts as none) or no object. Throws WireError when it is not AMF0. Spec: RTMP 1.0 §7.1.2, FLV 10.1 §E.5
 */
export function readMetadata(dataBody: Uint8Array): DataMessage | null {
  const values = readAmf0(dataBody)
  const [name, object] = values[0] === setDataFrame ? values.slice(1) : values
  if (typeof name !== 'string' || object === undefined || !isAmfObject(object)) return null
  return { name, object }
}

/**
 * The body of an onMetaData message, an ECMA array as encoders send it. `isPublishing` puts `@setDataFrame` before it, which
 * tells a server to keep it for those who join later; players get it without. Spec: FLV 10.1 §E.5
 */
export function writeMetadata(object: AmfObject, isPublishing = false): Uint8Array {
  const message = ['onMetaData', new AmfEcmaArray(object)]
  return writeAmf0(isPublishing ? [setDataFrame, ...message] : message)
}
