import { type ClassPolicy, type PolicyField, policyBounds } from '@sluice/contract/policy'
import { PolicyInput, policyWords } from '../../../ui/policy/index.ts'
import { fromClass, type LimitField, type LimitsForm, limitFields } from '../limits-form.ts'
import styles from './LimitFields.module.css'

const bounds: Readonly<Record<LimitField, { min: number; max: number }>> = {
  maxVideoKbps: policyBounds.maxVideoKbps,
  targetVideoKbps: policyBounds.targetVideoKbps,
  queueMs: policyBounds.queueMs,
  keepSessionMs: policyBounds.keepSessionMs,
  'retry.maxAttempts': policyBounds.maxAttempts,
  'retry.windowMs': policyBounds.windowMs,
  'retry.baseMs': policyBounds.retryBaseMs,
  'retry.capMs': policyBounds.retryCapMs,
}

type Props = { policy: ClassPolicy; form: LimitsForm; onChange(form: LimitsForm): void; isOpen: boolean }

/** Limits of one output: empty fields are the class's. They may be tighter than the class; looser needs a reason. */
export function LimitFields({ policy, form, onChange, isOpen }: Props) {
  const own = limitFields.filter((field) => form[field] !== '').length
  return (
    <details className={styles.limits} open={isOpen}>
      <summary>
        Limits <span>{own === 0 ? `all from class ${policy.class}` : `${own} set here, the rest from class ${policy.class}`}</span>
      </summary>
      <div className={styles.fields}>
        {limitFields.map((field) => {
          const name = `limits.${field}` as PolicyField
          const { usual, allowed } = fromClass(field, policy)
          return (
            <PolicyInput
              key={field}
              field={name}
              label={policyWords[name]}
              description={`Class ${policy.class}: ${allowed}`}
              placeholder={usual}
              {...bounds[field]}
              value={form[field]}
              onChange={(value) => onChange({ ...form, [field]: value })}
            />
          )
        })}
      </div>
    </details>
  )
}
