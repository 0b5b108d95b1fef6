import { InputRole, SourceLock } from '@sluice/contract/link'
import { usageError } from './cli-error.ts'

/** As people type it: `backup2`, `Backup 2`. */
const bare = (text: string): string => text.toLowerCase().replace(/\s+/g, '')

/** An input's role. Throws the usage error that names all of them. */
export function parseRole(text: string): InputRole {
  const parsed = InputRole.safeParse(bare(text))
  if (!parsed.success) throw usageError(`'${text}' is not ${InputRole.options.join(', ')}`)
  return parsed.data
}

/** A role, or `auto`. */
export function parseLock(text: string): SourceLock {
  const parsed = SourceLock.safeParse(bare(text))
  if (!parsed.success) throw usageError(`'${text}' is not ${SourceLock.options.join(', ')}`)
  return parsed.data
}
