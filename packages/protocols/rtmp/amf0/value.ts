/** AMF0 type markers. Spec: AMF 0 §2.1 */
export const Amf0Marker = {
  number: 0,
  boolean: 1,
  string: 2,
  object: 3,
  null: 5,
  undefined: 6,
  reference: 7,
  ecmaArray: 8,
  objectEnd: 9,
  strictArray: 10,
  date: 11,
  longString: 12,
  unsupported: 13,
  xmlDocument: 15,
  typedObject: 16,
  avmPlus: 17,
} as const

/** An AMF0 object, typed object or ECMA array as read. It has no prototype, so that a peer's `__proto__` is a name like any other. */
export type AmfObject = { [name: string]: AmfValue }

/** What AMF0 can say. Arrays are strict arrays; an XML document reads as its text; `unsupported` reads as undefined. */
export type AmfValue = number | boolean | string | null | undefined | Date | AmfObject | AmfValue[]

/** Marks an object to be written as an ECMA array, the form in which encoders send onMetaData. */
export class AmfEcmaArray {
  readonly entries: AmfObject

  constructor(entries: AmfObject) {
    this.entries = entries
  }
}

/** True for an object with names: neither null, nor an array, nor a date. */
export const isAmfObject = (value: AmfValue): value is AmfObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
