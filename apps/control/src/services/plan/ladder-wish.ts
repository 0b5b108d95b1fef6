import { PlaybackLadder } from '@sluice/contract/api'
import type { LadderStep, LadderWish, OwnRung } from '@sluice/judge/plan'
import type { Reader } from '../../db/index.ts'
import { shippedTemplates } from './shipped.ts'
import { readWish } from './wish.ts'

/** What the player gets, out of its column. */
export const readLadder = (column: string | null): PlaybackLadder => (column === null ? 'off' : PlaybackLadder.parse(JSON.parse(column)))
/** Ids that it names. */
export const ladderIds = (column: string | null): readonly string[] => {
  const ladder = readLadder(column)
  return typeof ladder === 'string' ? [] : ladder
}
export const writeLadder = (ladder: PlaybackLadder): string | null => (ladder === 'off' ? null : JSON.stringify(ladder))

const shippedSteps: readonly LadderStep[] = shippedTemplates.map((template) => ({ ...template, rungId: null }))
export const usualSteps = shippedSteps.filter(({ id }) => id.startsWith('ladder-'))

/** Steps that a ladder may name: the channel's rungs, the workspace's own templates, and those of Sluice. */
export function ladderSteps(rungs: readonly OwnRung[], templates: readonly OwnRung[]): LadderStep[] {
  return [
    ...rungs.map((rung) => ({ ...rung, rungId: rung.id })),
    ...templates.map((template) => ({ ...template, rungId: null })),
    ...shippedSteps,
  ].filter(({ video }) => video !== null)
}

/** The ladder as the planner takes it; null: off. */
export function ladderWish(column: string | null, rungs: readonly OwnRung[], templates: readonly OwnRung[]): LadderWish | null {
  const ladder = readLadder(column)
  if (ladder === 'off') return null
  if (ladder === 'auto') return { isWhole: false, steps: usualSteps }
  const steps = ladderSteps(rungs, templates)
  return { isWhole: true, steps: ladder.flatMap((wanted) => steps.find(({ id }) => id === wanted) ?? []) }
}

/** Templates of these workspaces' own, or of all. */
export const templateRows = async (db: Reader, workspaceId?: string) => {
  const rows = await db
    .selectFrom('rung_template')
    .selectAll()
    .$if(workspaceId !== undefined, (select) => select.where('workspace_id', '=', workspaceId!))
    .orderBy('id')
    .execute()
  return rows.map(({ workspace_id, id, name, ...columns }) => ({ workspace_id, id, name, ...readWish(columns) }))
}
