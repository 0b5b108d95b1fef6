import { PolicyField, type PolicyOverride, type PolicyViolation } from '@sluice/contract/policy'
import { z } from 'zod'

/** Why a setting may stand outside of its class, as it is stored: by field. */
const Kept = z.partialRecord(PolicyField, z.object({ reason: z.string(), by: z.string(), at: z.iso.datetime() }))
export type KeptOverrides = z.infer<typeof Kept>

/** Out of the column of a channel or output. */
export const readOverrides = (column: string | null): KeptOverrides => (column === null ? {} : Kept.parse(JSON.parse(column)))

export const writeOverrides = (kept: KeptOverrides): string | null => (Object.keys(kept).length === 0 ? null : JSON.stringify(kept))

/** A setting as it is now; undefined: it is not set. */
export type FoundSetting = { readonly field: PolicyField; readonly found: number | undefined }

/** Overrides with the values that they cover, as the API shows them. */
export const presentOverrides = (kept: KeptOverrides, settings: readonly FoundSetting[]): PolicyOverride[] =>
  settings.flatMap(({ field, found }) => {
    const override = kept[field]
    return override === undefined || found === undefined ? [] : [{ field, found, ...override }]
  })

/** Violations that nobody has answered for: a setting that came to be outside because its class was changed. */
export const unanswered = (violations: readonly PolicyViolation[], kept: KeptOverrides): PolicyViolation[] =>
  violations.filter(({ field }) => kept[field] === undefined)
