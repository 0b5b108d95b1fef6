import { z } from 'zod'
import { PolicyViolation } from '../policy/index.ts'

/** What every failed request answers. `code` is stable; `detail` says found and expected. Spec: RFC 9457 §3 */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string(),
  /** Which fields were wrong, with JSON paths as `outputs.0.url`. */
  fields: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  /** With POLICY_OUTSIDE: field, found, limit and class of each setting. */
  violations: z.array(PolicyViolation).optional(),
})
export type Problem = z.infer<typeof Problem>
