import { z } from 'zod'
import { Name } from '../text/index.ts'

const maxUplinkKbps = 100_000_000

/**
 * `GET /workspace/settings`: what holds for the whole workspace. `uplinkKbps`: what the line out carries; null when nobody said.
 * `needsTwoFactor`: who signs in with a password needs a second factor.
 */
export const WorkspaceSettings = z.object({ uplinkKbps: z.number().int().nullable(), needsTwoFactor: z.boolean() })
export type WorkspaceSettings = z.infer<typeof WorkspaceSettings>

export const PatchWorkspaceSettingsBody = z.object({
  uplinkKbps: z.number().int().min(100).max(maxUplinkKbps).nullable().optional(),
  needsTwoFactor: z.boolean().optional(),
})

/** `PATCH /workspace`: another name. */
export const PatchWorkspaceBody = z.object({ name: Name })
/** `DELETE /workspace?name=`: the workspace with everything in it. Its name, typed, so that nobody deletes another by mistake. */
export const DeleteWorkspaceQuery = z.object({ name: Name })
export type PatchWorkspaceSettingsBody = z.infer<typeof PatchWorkspaceSettingsBody>
