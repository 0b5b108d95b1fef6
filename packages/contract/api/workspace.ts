import { z } from 'zod'

const maxUplinkKbps = 100_000_000

/** `GET /workspace/settings`: what holds for the whole workspace. `uplinkKbps`: what the line out carries; null when nobody said. */
export const WorkspaceSettings = z.object({ uplinkKbps: z.number().int().nullable() })
export type WorkspaceSettings = z.infer<typeof WorkspaceSettings>

export const PatchWorkspaceSettingsBody = z.object({ uplinkKbps: z.number().int().min(100).max(maxUplinkKbps).nullable().optional() })
export type PatchWorkspaceSettingsBody = z.infer<typeof PatchWorkspaceSettingsBody>
