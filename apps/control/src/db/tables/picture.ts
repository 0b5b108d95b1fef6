/**
 * Pictures that rungs show over theirs; the PNG itself lies in the data directory.
 *
 * Indexes:
 * - `picture_by_workspace_id`: the pictures of a workspace
 */
export type PictureTable = {
  id: string
  workspace_id: string
  name: string
  width: number
  height: number
  bytes: number
  created_at_ms: number
}

/**
 * Which rung shows which picture, so that neither database lets one go that is in use.
 *
 * Indexes:
 * - primary key `rung_picture_pk` (rung, picture): the pictures of a rung
 * - `rung_picture_by_picture_id`: the rungs that show a picture
 */
export type RungPictureTable = { rung_id: string; picture_id: string }
