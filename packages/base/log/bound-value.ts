import { cleanText } from './clean-text.ts'

/** Bounds of one value: a peer's text among them is cut, and so is what it may nest. */
export type ValueBounds = { readonly maxChars: number; readonly maxItems: number; readonly maxDepth: number }

const stackChars = 4_000

/**
 * A copy of `value` within `bounds`, with all texts clean: what goes into a log or out to control. Errors become plain objects.
 * What is too deep is left out; of lists and objects the first `maxItems` stay.
 */
export function boundValue(value: unknown, bounds: ValueBounds, depth = 0): unknown {
  if (typeof value === 'string') return cleanText(value, bounds.maxChars)
  if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function')
    return cleanText(String(value), bounds.maxChars)
  if (typeof value !== 'object' || value === null) return value
  if (depth >= bounds.maxDepth) return '(left out)'
  if (value instanceof Error) return boundError(value, bounds, depth)
  if (value instanceof Uint8Array) return `(${value.length} bytes)`
  if (Array.isArray(value)) return value.slice(0, bounds.maxItems).map((one) => boundValue(one, bounds, depth + 1))
  const entries = Object.entries(value).slice(0, bounds.maxItems)
  return Object.fromEntries(entries.map(([key, one]) => [cleanText(key, bounds.maxChars), boundValue(one, bounds, depth + 1)]))
}

function boundError(error: Error, bounds: ValueBounds, depth: number): unknown {
  const { name, message, stack, cause } = error
  const code: unknown = 'code' in error ? error.code : undefined
  return {
    type: cleanText(name, bounds.maxChars),
    message: cleanText(message, bounds.maxChars),
    ...(code === undefined ? {} : { code: boundValue(code, bounds, depth + 1) }),
    ...(stack === undefined
      ? {}
      : {
          stack: stack
            .slice(0, stackChars)
            .split('\n')
            .map((line) => cleanText(line, bounds.maxChars))
            .join('\n'),
        }),
    ...(cause === undefined ? {} : { cause: boundValue(cause, bounds, depth + 1) }),
  }
}
