import type { ReactNode } from 'react'
import type { Tone } from '../state/index.ts'
import styles from './Gate.module.css'

/** One output as a gate: beam, posts, and water as high as the share of the target bitrate that passes, 0..1. */
export function Gate({ tone, level, children }: { tone: Tone; level: number; children: ReactNode }) {
  return (
    <span className={styles.gate} data-tone={tone} aria-hidden>
      {level > 0 && (
        <span className={styles.water} style={{ height: `${Math.round(Math.min(1, level) * 100)}%` }}>
          <svg viewBox="0 0 44 6" preserveAspectRatio="none" role="presentation">
            <path d="M0 6V3q5.5-3 11 0t11 0 11 0 11 0V6z" />
          </svg>
        </span>
      )}
      <span className={styles.mark}>{children}</span>
    </span>
  )
}
