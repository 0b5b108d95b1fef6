import type { PolicyOverride, PolicyViolation } from '@sluice/contract/policy'
import { IconAlertTriangleFilled, IconLockOpen2 } from '@tabler/icons-react'
import { formatDate } from '../format/index.ts'
import styles from './PolicyMarks.module.css'
import { limitText, policyWords, valueText } from './policy-words.ts'

type Props = { overrides: readonly PolicyOverride[]; violations: readonly PolicyViolation[] }

/** What stands outside of its class: by drift, or because somebody said so, with who and why. Nothing where all is inside. [POL-05] [POL-14] */
export function PolicyMarks({ overrides, violations }: Props) {
  if (overrides.length + violations.length === 0) return null
  return (
    <ul className={styles.marks}>
      {violations.map(({ field, found, limit }) => (
        <li key={field} data-tone="warn">
          <IconAlertTriangleFilled size={16} aria-hidden />
          <span>
            <b>Outside class {limit.class}</b>{' '}
            <span>
              {policyWords[field]} is {valueText(field, found)}. The class allows {limitText(field, limit)}. Change it, or give a reason for
              an override.
            </span>
          </span>
        </li>
      ))}
      {overrides.map(({ field, found, reason, by, at }) => (
        <li key={field}>
          <IconLockOpen2 size={16} aria-hidden />
          <span>
            <b>Override</b>{' '}
            <span>
              {policyWords[field]} {valueText(field, found)}: “{reason}” {by}, {formatDate(at)}
            </span>
          </span>
        </li>
      ))}
    </ul>
  )
}
