import type { InputClip } from '@sluice/contract/api'
import type { Tx } from '../../db/index.ts'
import type { InputRow } from '../channel/index.ts'
import { readyClip } from '../clip/index.ts'
import type { ServiceContext } from '../index.ts'

const none = { clip_id: null, test_card: null } as const

/** Columns of an input that plays `clip`, and in words what that changes. It calls nobody then. */
export async function clipColumns(
  tx: Tx,
  ctx: ServiceContext,
  before: InputRow,
  clip: InputClip | null,
): Promise<{ columns: Partial<InputRow>; said: string | null }> {
  const isPlaying = before.clip_id !== null || before.test_card === true
  if (clip === null) return { columns: none, said: isPlaying ? 'plays no clip' : null }
  const noPull = { pull_url: null, pull_sealed: null }
  if (clip === 'test-card') {
    return { columns: { ...noPull, clip_id: null, test_card: true }, said: before.test_card ? null : 'plays the test card' }
  }
  const { name } = await readyClip(tx, ctx.workspaceId, clip)
  return { columns: { ...noPull, ...none, clip_id: clip }, said: before.clip_id === clip ? null : `plays the clip ${name}` }
}
