import type { Icon } from '@tabler/icons-react'
import styles from './StateBadge.module.css'
import type { Tone } from './tone.ts'

type Props = { tone: Tone; word: string; Icon: Icon; size?: 'small' | 'large' }

/** A state as icon, word and weight: solid when it matters, outlined when it does not. */
export function StateBadge({ tone, word, Icon, size = 'small' }: Props) {
  return (
    <span className={styles.badge} data-tone={tone} data-size={size}>
      <Icon size={size === 'large' ? 26 : 16} stroke={2} aria-hidden />
      {word}
    </span>
  )
}
