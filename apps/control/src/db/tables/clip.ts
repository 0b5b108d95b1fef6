import type { Clip } from '@sluice/contract/api'
import type { ClipType } from '@sluice/contract/transcoder'

/**
 * Indexes:
 * - `clip_by_workspace_id`: the list of a workspace's clips, and their count against its limit
 */
export type ClipTable = {
  id: string
  workspace_id: string
  name: string
  content_type: ClipType
  state: Clip['state']
  problem_code: string | null
  problem: string | null
  upload_bytes: number
  /** Of the loop file, as all that follows; null until it is there. */
  bytes: number | null
  duration_ms: number | null
  width: number | null
  height: number | null
  fps_milli: number | null
  has_audio: boolean
  created_at_ms: number
}
