import { formatSpan } from '../../../ui/format/index.ts'
import type { Input } from '../input-look.ts'
import styles from './InputDetails.module.css'

/** Whom an input calls that has nothing yet, how often it did, and when it does again. */
export function PullLine({ pull, actual, nowMs }: { pull: NonNullable<Input['pull']>; actual: Input['actual']; nowMs: number }) {
  const { attempts = 0, nextTryAt = null } = actual?.pull ?? {}
  const leftMs = nextTryAt === null ? null : Math.max(0, Date.parse(nextTryAt) - nowMs)
  return (
    <p className={styles.pull}>
      Source: <code>{pull.url}</code>
      {attempts > 1 && `, attempt ${attempts}`}
      {leftMs !== null && `, next attempt in ${formatSpan(leftMs)}`}
    </p>
  )
}
