import { PolicyError } from '@sluice/base/errors'

/**
 * An address that can't be read, or that two programs could read in two ways. `found` is one clause that says what was found and what was
 * expected. It goes to logs and answers: it never holds a part of the address that could be a secret, see `harmless`.
 */
export const addressError = (field: string, found: string, expected: string): PolicyError =>
  new PolicyError('ADDRESS_INVALID', field, expected, found)

/** A value that may be repeated to whoever typed it: a number or one short word. Anything else could be a key in the wrong place. */
export const harmless = (value: string): string => (/^(-?[0-9]{1,12}|[a-z]{0,12})$/i.test(value) ? `'${value}'` : 'something else')
