import { z } from 'zod'
import { ClassPolicy, PolicyEdit } from '../policy/index.ts'
import { Reason } from '../text/index.ts'

/** The policy of one class at one time. `version` 0: never edited; `isShipped`: it follows what Sluice ships. Who, when and why are null for 0. */
export const PolicyVersion = z.object({
  version: z.number().int(),
  isShipped: z.boolean(),
  policy: ClassPolicy,
  at: z.iso.datetime().nullable(),
  by: z.string().nullable(),
  reason: z.string().nullable(),
})
export type PolicyVersion = z.infer<typeof PolicyVersion>

const why = {
  /** The version that the edit was made from: refused when another came in between. */
  version: z.number().int().min(0),
  reason: Reason,
}

/** `PATCH /policies/{class}`: fields that are not named stay. Takes hold on all channels of the workspace at once. */
export const PatchPolicyBody = PolicyEdit.extend(why)
export type PatchPolicyBody = z.infer<typeof PatchPolicyBody>

/** `DELETE /policies/{class}?version=3&reason=...`: back to what Sluice ships, as a new version. */
export const ResetPolicyQuery = z.object({ ...why, version: z.coerce.number().int().min(0) })
export type ResetPolicyQuery = z.input<typeof ResetPolicyQuery>
