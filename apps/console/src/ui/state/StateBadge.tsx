import type { Icon } from '@tabler/icons-react'
import styles from './StateBadge.module.css'
import type { Tone } from './tone.ts'

type Props = { tone: Tone; word: string; Icon: Icon; size?: 'small' | 'large'; isSoft?: boolean }

/** A state as icon, word and weight: solid when it matters, outlined when it does not; `isSoft` tints health, so that trouble stands out among rows. */
export function StateBadge({ tone, word, Icon, size = 'small', isSoft = false }: Props) {
  return (
    <span className={styles.badge} data-tone={tone} data-size={size} data-soft={isSoft}>
      <Icon size={size === 'large' ? 22 : 16} stroke={2} aria-hidden />
      {word}
    </span>
  )
}
