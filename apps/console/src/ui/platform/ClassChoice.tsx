import { Radio } from '@mantine/core'
import { type OutputClass, outputClasses } from '@sluice/contract/policy'
import styles from './ClassChoice.module.css'
import { classLimits } from './class-limits.ts'
import { useClassPolicies } from './policies-context.ts'

type Props = { value: OutputClass; onChange(value: OutputClass): void; suggested?: OutputClass | undefined }

/** A, B or C, each with what it means, so that nobody picks a letter. [POL-14] */
export function ClassChoice({ value, onChange, suggested }: Props) {
  const policies = useClassPolicies()
  return (
    <Radio.Group
      label="Class"
      description="How hard Sluice tries to keep this destination live"
      value={value}
      onChange={(chosen) => onChange(outputClasses.find((other) => other === chosen) ?? value)}
    >
      <div className={styles.choices}>
        {outputClasses.map((outputClass) => {
          const policy = policies[outputClass]
          return (
            <Radio.Card key={outputClass} value={outputClass} className={styles.card}>
              <span className={styles.head}>
                <Radio.Indicator size="sm" />
                <b>
                  {outputClass} · {policy.label}
                </b>
                {suggested === outputClass && <span className={styles.suggested}>recommended</span>}
              </span>
              <span className={styles.limits}>{classLimits(policy).join(', ')}</span>
            </Radio.Card>
          )
        })}
      </div>
    </Radio.Group>
  )
}
