import { readFileSync } from 'node:fs'
import { parseDescriptorLimit } from '../admission/index.ts'

/** How many files this process may open; null where the system names no limit, or does not tell. */
export function descriptorLimit(): number | null {
  try {
    return parseDescriptorLimit(readFileSync('/proc/self/limits', 'latin1'))
  } catch {
    return null
  }
}
