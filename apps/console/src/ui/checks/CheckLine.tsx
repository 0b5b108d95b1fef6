import type { CheckVerdict, TriageVerdict } from '@sluice/contract/api'
import type { ReactNode } from 'react'
import styles from './CheckList.module.css'
import { verdictLooks } from './check-looks.ts'

type Props = { verdict: CheckVerdict | TriageVerdict; title: string; text: string; firstTry: string | null; children?: ReactNode }

/** One check: verdict, what was found, and what to do first. */
export function CheckLine({ verdict, title, text, firstTry, children }: Props) {
  const { tone, word, Icon } = verdictLooks[verdict]
  return (
    <li className={styles.line} data-tone={tone}>
      <Icon size={19} aria-hidden />
      <div>
        <b>{title}</b>
        <span className="visually-hidden">: {word}. </span>
        <span className={styles.text}>{text}</span>
        {children}
        {firstTry !== null && (
          <span className={styles.fix}>
            <b>Try first:</b> {firstTry}
          </span>
        )}
      </div>
    </li>
  )
}
