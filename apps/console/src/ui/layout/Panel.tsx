import { createContext, type ReactNode, use, useId } from 'react'
import styles from './Panel.module.css'

type Props = { title: string; aside?: ReactNode; children: ReactNode; isFlush?: boolean }

const BareContext = createContext(false)

/** Panels in here stand in a tab that has their frame and their name already. */
export const BarePanels = ({ children }: { children: ReactNode }) => <BareContext value={true}>{children}</BareContext>

/** A titled region of a page. `aside` stands at the right of the title; `isFlush` lets rows reach the edges. */
export function Panel({ title, aside, children, isFlush = false }: Props) {
  const id = useId()
  const isBare = use(BareContext)
  return (
    <section className={styles.panel} data-bare={isBare} aria-labelledby={id}>
      <header className={styles.head}>
        <h2 id={id}>{title}</h2>
        {aside}
      </header>
      <div className={isFlush ? undefined : styles.body}>{children}</div>
    </section>
  )
}
