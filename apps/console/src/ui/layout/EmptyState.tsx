import type { Icon } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import styles from './EmptyState.module.css'

type Props = { Icon: Icon; title: string; children: ReactNode; action?: ReactNode }

/** Where a list has nothing yet: what will stand here, and the next step. */
export function EmptyState({ Icon, title, children, action }: Props) {
  return (
    <div className={styles.empty}>
      <Icon size={34} stroke={1.5} aria-hidden />
      <h3>{title}</h3>
      <p>{children}</p>
      {action}
    </div>
  )
}
