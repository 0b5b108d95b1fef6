import { isoTime } from '@sluice/base/clock'
import { formatViolation, type OverrideBody, type PolicyViolation } from '@sluice/contract/policy'
import type { Tx } from '../../db/index.ts'
import { judgeEdit, type KeptOverrides, type PolicyEditFacts } from '../../policy/index.ts'
import { type AfterCommit, audit, ProblemError, type ServiceContext } from '../index.ts'

type Subject = { id: string; channelId: string; name: string }
type Edit = Omit<PolicyEditFacts, 'answer'> & { override: OverrideBody | undefined }

/**
 * Refuses an edit that leaves its class, or lets it through on record: an audit row and an event for what is let stand outside, and for
 * what came back. Gives the overrides to store. [POL-05]
 */
export async function guardEdit(tx: Tx, ctx: ServiceContext, after: AfterCommit, subject: Subject, edit: Edit): Promise<KeptOverrides> {
  const { override, ...facts } = edit
  const at = isoTime(ctx.platform.clock.wallMs())
  const answer = override === undefined ? null : { reason: override.reason, by: ctx.actor.name, at }
  const verdict = judgeEdit({ ...facts, answer })
  if (verdict.type === 'refused') throw outside(verdict.violations)
  const { id: subjectId, channelId, name } = subject
  if (verdict.overridden.length > 0 && answer !== null) {
    const what = verdict.overridden.map(formatViolation).join('; ')
    const fields = verdict.overridden.map(({ field }) => field)
    const summary = `Let ${name} leave its class: ${what}. Reason: ${answer.reason}`
    await audit(tx, ctx, { action: 'policy.override', subjectId, summary, detail: { fields, reason: answer.reason } })
    const message = `${ctx.actor.name} let ${name} leave its class: ${what}. Reason: ${answer.reason}`
    const data = { reason: answer.reason, violations: verdict.overridden }
    after.event({ name: 'policy.overridden', severity: 'warning', channelId, subjectId, message, data })
  }
  if (verdict.restored.length > 0) {
    const fields = verdict.restored.map(({ field }) => field)
    await audit(tx, ctx, {
      action: 'policy.restore',
      subjectId,
      summary: `Ended overrides of ${name}: ${fields.join(', ')}.`,
      detail: { fields },
    })
    const message = `${ctx.actor.name} ended overrides of ${name}: ${fields.join(', ')}.`
    after.event({ name: 'policy.restored', channelId, subjectId, message, data: { fields } })
  }
  return verdict.kept
}

function outside(violations: readonly PolicyViolation[]): ProblemError {
  const fields = violations.map((violation) => ({ path: violation.field, message: formatViolation(violation) }))
  const text = `${violations.map(formatViolation).join('; ')}.`
  return new ProblemError('POLICY_OUTSIDE', text, fields, null, violations)
}
