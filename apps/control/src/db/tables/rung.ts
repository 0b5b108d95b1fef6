/**
 * `video` and `audio` are wishes of the contract as JSON; null: the source's own pass through.
 *
 * Indexes:
 * - `rung_once` (channel, name): the rungs of a channel, and one rung of a name
 * - `rung_by_workspace_id`: the rungs of a deleted workspace
 */
export type RungTable = {
  id: string
  workspace_id: string
  channel_id: string
  name: string
  video: string | null
  audio: string | null
  created_at_ms: number
  updated_at_ms: number
}

/**
 * Forms of a workspace's own.
 *
 * Indexes:
 * - `rung_template_once` (workspace, name): those of a workspace, and one of a name
 */
export type RungTemplateTable = {
  id: string
  workspace_id: string
  name: string
  note: string
  video: string | null
  audio: string | null
  created_at_ms: number
}
