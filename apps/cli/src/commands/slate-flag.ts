import { SlateChoice } from '@sluice/contract/api'
import { usageError } from '../cli-error.ts'

/** On and off, or what the slate shows. */
export function readSlate(text: string): boolean | SlateChoice {
  if (text === 'on' || text === 'off') return text === 'on'
  const choice = SlateChoice.safeParse(text)
  if (choice.success) return choice.data
  throw usageError(`--slate is '${text}', not on, off, name, last-picture or the id of a clip`)
}
