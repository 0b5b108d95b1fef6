import type { ReactNode } from 'react'
import { useId } from 'react'
import styles from './Panel.module.css'

type Props = { title: string; aside?: ReactNode; children: ReactNode; isFlush?: boolean }

/** A titled region of a page. `aside` stands at the right of the title; `isFlush` lets rows reach the edges. */
export function Panel({ title, aside, children, isFlush = false }: Props) {
  const id = useId()
  return (
    <section className={styles.panel} aria-labelledby={id}>
      <header className={styles.head}>
        <h2 id={id}>{title}</h2>
        {aside}
      </header>
      <div className={isFlush ? undefined : styles.body}>{children}</div>
    </section>
  )
}
