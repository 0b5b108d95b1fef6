import { Tooltip } from '@mantine/core'
import type { OutputClass } from '@sluice/contract/policy'
import styles from './ClassBadge.module.css'
import { classLimits } from './class-limits.ts'
import { useClassPolicies } from './policies-context.ts'

/** A, B or C with its name: the class decides how hard an output is retried, so that it is never left to guessing. [POL-14] */
export function ClassBadge({ outputClass }: { outputClass: OutputClass }) {
  const policy = useClassPolicies()[outputClass]
  return (
    <Tooltip label={classLimits(policy).join(' · ')} multiline maw={320}>
      <span className={styles.badge}>
        <span className={styles.letter}>{policy.class}</span>
        {policy.label}
      </span>
    </Tooltip>
  )
}
