import { pathToFileURL } from 'node:url'
import type { InputSpec } from '@sluice/contract/link'

/** Where an input gets its media itself; null: encoders come to it. */
export const sourceUrl = ({ clip, pull }: InputSpec): string | null =>
  clip === undefined ? (pull?.url ?? null) : pathToFileURL(clip.file).href
