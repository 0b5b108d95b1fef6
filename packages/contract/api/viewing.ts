import { z } from 'zod'
import { visibleText } from '../text/index.ts'

/** A BCP 47 tag in its plain form: a language, and where it is spoken. */
export const LanguageTag = z
  .string()
  .trim()
  .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}$/, 'write a language as a tag such as en, de or pt-BR')

/** An audio track as viewers read it. `track`: its number at the input, from 0. What is absent is the source's own word. */
export const SoundLabel = z.strictObject({
  track: z.number().int().min(0).max(255),
  language: LanguageTag.optional(),
  name: visibleText({ min: 1, max: 60 }).optional(),
})
export type SoundLabel = z.infer<typeof SoundLabel>

const latencies = ['low', 'relaxed'] as const

/**
 * How the channel is played. `latency`: `low` has parts of 0.5 s and viewers about 2 s behind live; `relaxed` has parts of 1 s, half of the requests
 * and viewers about 4 s behind. `sounds`: names and languages of audio tracks; tracks that are not here go by what the source says.
 */
export const Viewing = z.object({
  latency: z.enum(latencies).default('low'),
  sounds: z.array(SoundLabel).max(16).default([]),
})
export type Viewing = z.infer<typeof Viewing>
export const noViewing: Viewing = { latency: 'low', sounds: [] }

/** `sounds` takes the place of all that were set. */
export const ViewingPatch = z.strictObject({
  latency: z.enum(latencies).optional(),
  sounds: z
    .array(SoundLabel)
    .max(16)
    .refine((all) => new Set(all.map(({ track }) => track)).size === all.length, 'name each track once')
    .optional(),
})
export type ViewingPatch = z.infer<typeof ViewingPatch>
