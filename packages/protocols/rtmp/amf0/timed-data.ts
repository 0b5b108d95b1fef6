import { WireError } from '@sluice/base/errors'
import { Amf0Reader } from './reader.ts'

const setDataFrame = '@setDataFrame'

/** A data message that is sound AMF0 to its end. `body` is a view without the `@setDataFrame` that may stand before it. */
export type TimedData = { readonly name: string; readonly isSet: boolean; readonly body: Uint8Array }

/**
 * Reads the body of a data message to its end, so that it can be passed on as it is. Null: it has no name. Throws WireError when it
 * is not AMF0, or holds AMF3. Spec: FLV 10.1 §E.5
 */
export function readTimedData(body: Uint8Array): TimedData | null {
  const reader = new Amf0Reader(body)
  if (reader.isAtEnd) return null
  const first = reader.readValue()
  const isSet = first === setDataFrame
  const from = isSet ? reader.at : 0
  if (isSet && reader.isAtEnd) return null
  const name = isSet ? reader.readValue() : first
  while (!reader.isAtEnd) reader.readValue()
  if (typeof name !== 'string' || name === '') return null
  return { name, isSet, body: body.subarray(from) }
}

/** The name alone, of a body that may be broken behind it; null without one. */
export function dataName(body: Uint8Array): string | null {
  try {
    const reader = new Amf0Reader(body)
    const first = reader.isAtEnd ? null : reader.readValue()
    const name = first === setDataFrame && !reader.isAtEnd ? reader.readValue() : first
    return typeof name === 'string' ? name : null
  } catch (err) {
    if (!(err instanceof WireError)) throw err
    return null
  }
}
