import { adviceCodes, type Verdict } from '@sluice/contract/api'
import { IconAlertTriangle, IconBulb } from '@tabler/icons-react'
import styles from './Warnings.module.css'

/** What is wrong with an input by Sluice's own judgement, worst first, and what to do first. */
export function Warnings({ verdicts }: { verdicts: readonly Verdict[] }) {
  if (verdicts.length === 0) return null
  return (
    <ul className={styles.list} aria-label="Warnings">
      {verdicts.map(({ code, level, sentence, tryFirst }) => (
        <li key={code + sentence} data-level={adviceCodes.includes(code) ? 'advice' : level}>
          {adviceCodes.includes(code) ? <IconBulb size={18} aria-hidden /> : <IconAlertTriangle size={18} aria-hidden />}
          <span>
            {sentence}
            {tryFirst !== null && (
              <>
                {' '}
                <b>Try first:</b> {tryFirst}
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  )
}
