import type { DesiredState } from '@sluice/base/words'
import type { EnhancedMode, LatencyMode } from '@sluice/contract/api'
import type { OutputClass } from '@sluice/contract/policy'
import { newId, type Tx } from '../../db/index.ts'
import type { ServiceContext } from '../index.ts'
import type { OutputRecord } from './records.ts'

export type NewOutput = {
  readonly channelId: string
  readonly destinationId: string
  readonly name: string
  readonly class: OutputClass
  readonly priority: number
  readonly rung: string
  /** Absent: standard. */
  readonly latency?: LatencyMode
  readonly delayMs?: number
  readonly audioTrack?: number | null
  /** Absent: off. */
  readonly enhanced?: EnhancedMode
  readonly desired: DesiredState
  /** Where its destination plays it; absent: nobody knows. */
  readonly probe?: Pick<OutputRecord, 'probe_url' | 'probe_sealed'>
  /** Columns of its own limits; absent: none. */
  readonly limits?: string | null
  readonly policyOverrides?: string | null
}

/** An output's id before it has a row: what judges its limits names it. */
export const newOutputId = (ctx: ServiceContext): string => newId(ctx.platform.clock.wallMs())

/** The birth of an output's row, whoever adds it: an operator, a program, a guest. */
export async function insertOutput(tx: Tx, ctx: ServiceContext, id: string, output: NewOutput): Promise<void> {
  const nowMs = ctx.platform.clock.wallMs()
  await tx
    .insertInto('output')
    .values({
      id,
      workspace_id: ctx.workspaceId,
      channel_id: output.channelId,
      destination_id: output.destinationId,
      name: output.name,
      class: output.class,
      priority: output.priority,
      rung: output.rung,
      latency: output.latency ?? 'standard',
      delay_ms: output.delayMs ?? 0,
      audio_track: output.audioTrack ?? null,
      enhanced: output.enhanced ?? 'off',
      desired: output.desired,
      probe_url: output.probe?.probe_url ?? null,
      probe_sealed: output.probe?.probe_sealed ?? null,
      generation: 1,
      limits: output.limits ?? null,
      policy_overrides: output.policyOverrides ?? null,
      created_at_ms: nowMs,
      updated_at_ms: nowMs,
    })
    .execute()
}
