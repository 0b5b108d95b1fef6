import type { Icon } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Tone } from '../state/index.ts'
import styles from './GateStrip.module.css'

/** One output as a gate. `level`: how much of the source's bitrate passes, 0..1. */
export type Gate = {
  readonly id: string
  readonly name: string
  readonly word: string
  readonly tone: Tone
  readonly Icon: Icon
  readonly level: number
  readonly logo: ReactNode
}

type Props = { gates: readonly Gate[]; onPick(id: string): void }

/** Every output side by side, the water in each gate as high as what passes: the whole channel in one look from across a room. */
export function GateStrip({ gates, onPick }: Props) {
  return (
    <ul className={styles.strip} aria-label="Outputs at a glance">
      {gates.map((gate) => (
        <li key={gate.id}>
          <button
            type="button"
            className={styles.gate}
            data-tone={gate.tone}
            onClick={() => onPick(gate.id)}
            title={`${gate.name}: ${gate.word}`}
          >
            {gate.level > 0 && <span className={styles.water} style={{ height: `${Math.round(Math.min(1, gate.level) * 100)}%` }} />}
            <span className={styles.top}>
              {gate.logo}
              <gate.Icon size={20} stroke={2} aria-hidden />
            </span>
            <span className={styles.name}>{gate.name}</span>
            <span className={styles.word}>{gate.word}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}
