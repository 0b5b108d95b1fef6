/** One PES packet to be, before it is cut into transport packets. */
export type PesItem = {
  readonly pid: number
  readonly streamId: number
  /** The payload in parts, so that frames are copied once, into their transport packets. */
  readonly pieces: readonly Uint8Array[]
  readonly payloadBytes: number
  /** 90 kHz, any whole number: written modulo 2^33. */
  readonly pts: number
  readonly dts: number
  /** A decoder can start here. */
  readonly isRandomAccess: boolean
}

/** What goes into the adaptation field of an item's first packet. */
export type ItemClock = {
  /** Program clock in 90 kHz ticks, 0..2^33-1; NaN: none here. */
  readonly pcr90k: number
  /** A new time base begins. */
  readonly hasDiscontinuity: boolean
}

/** An item without a clock of its own. */
export const noClock: ItemClock = { pcr90k: Number.NaN, hasDiscontinuity: false }
