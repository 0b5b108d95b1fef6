import { type Address, parseAddress } from '@sluice/base/address'
import { PolicyError } from '@sluice/base/errors'

/** The address, or what is wrong with it as one clause that an operator reads; never the address itself. */
export function readOrRefuse(text: string): Address | { problem: string } {
  try {
    return parseAddress(text)
  } catch (error) {
    if (error instanceof PolicyError) return { problem: error.message }
    throw error
  }
}
