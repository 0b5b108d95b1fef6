import { isoTime } from '@sluice/base/clock'
import { formatViolation, type OverrideBody, type PolicyViolation } from '@sluice/contract/policy'
import type { Tx } from '../../db/index.ts'
import { judgeEdit, type KeptOverrides, type PolicyEditFacts } from '../../policy/index.ts'
import { ProblemError, recordChange, requireScope, type WriteContext } from '../index.ts'

type Subject = { id: string; channelId: string; name: string }
type Edit = Omit<PolicyEditFacts, 'answer'> & { override: OverrideBody | undefined }

/**
 * Refuses an edit that leaves its class, or lets it through on record: an audit row and an event for what is let stand outside, and for
 * what came back. Gives the overrides to store. [POL-05]
 */
export async function guardEdit(tx: Tx, write: WriteContext, subject: Subject, edit: Edit): Promise<KeptOverrides> {
  const { override, ...facts } = edit
  const at = isoTime(write.platform.clock.wallMs())
  const answer = override === undefined ? null : { reason: override.reason, by: write.actor.name, at }
  const verdict = judgeEdit({ ...facts, answer })
  if (verdict.type === 'refused') throw outside(verdict.violations)
  const { id: subjectId, channelId, name } = subject
  if (verdict.overridden.length > 0 && answer !== null) {
    // Who runs the show keeps to the classes; who answers for it may leave them. [TEAM-02]
    requireScope(write, 'policy:override')
    const what = verdict.overridden.map(formatViolation).join('; ')
    const fields = verdict.overridden.map(({ field }) => field)
    const summary = `Set an override on ${name}: ${what}. Reason: ${answer.reason}`
    const message = `${write.actor.name} set an override on ${name}: ${what}. Reason: ${answer.reason}`
    const data = { reason: answer.reason, violations: verdict.overridden }
    await recordChange(tx, write, {
      channels: [],
      audit: { action: 'policy.override', subjectId, summary, detail: { fields, reason: answer.reason } },
      event: { name: 'policy.overridden', severity: 'warning', channelId, subjectId, message, data },
    })
  }
  if (verdict.restored.length > 0) {
    const fields = verdict.restored.map(({ field }) => field)
    const summary = `Ended overrides of ${name}: ${fields.join(', ')}.`
    const message = `${write.actor.name} ended overrides of ${name}: ${fields.join(', ')}.`
    await recordChange(tx, write, {
      channels: [],
      audit: { action: 'policy.restore', subjectId, summary, detail: { fields } },
      event: { name: 'policy.restored', channelId, subjectId, message, data: { fields } },
    })
  }
  return verdict.kept
}

function outside(violations: readonly PolicyViolation[]): ProblemError {
  const fields = violations.map((violation) => ({ path: violation.field, message: formatViolation(violation) }))
  const text = `${violations.map(formatViolation).join('; ')}.`
  return new ProblemError('POLICY_OUTSIDE', text, fields, null, violations)
}
