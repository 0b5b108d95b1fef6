import { Tabs } from '@mantine/core'
import { type ReactNode, Suspense, useState } from 'react'
import { useIntent } from '../../../ui/intent/index.ts'
import { BarePanels } from '../../../ui/layout/index.ts'
import { useShortcut } from '../shortcuts.tsx'
import styles from './Drawer.module.css'

/** `mark`: a figure beside the name. `isFull`: the content has its own scrolling. */
export type DrawerTab = {
  readonly id: string
  readonly title: string
  readonly mark?: ReactNode
  readonly content: ReactNode
  readonly isFull?: boolean
}

/** All that is a press away, one tab each. Only the open one is on the page. */
export function Drawer({ tabs }: { tabs: readonly DrawerTab[] }) {
  const [chosen, setChosen] = useState(tabs[0]?.id ?? '')
  const at = Math.max(
    0,
    tabs.findIndex(({ id }) => id === chosen),
  )
  const show = (id: string): void => {
    setChosen(id)
    // On a phone it stands further down.
    document.getElementById('drawer')?.scrollIntoView({ block: 'nearest' })
  }
  useIntent('show-tab', ({ tab }) => show(tab))
  useIntent('show-input', () => show('inputs'))
  const step = (by: number): void => setChosen(tabs[(at + by + tabs.length) % tabs.length]?.id ?? '')
  useShortcut('[', () => step(-1))
  useShortcut(']', () => step(1))
  return (
    <Tabs
      id="drawer"
      className={styles.drawer}
      classNames={{ list: styles.list!, tab: styles.tab!, panel: styles.pane! }}
      value={tabs[at]?.id ?? null}
      onChange={(id) => id !== null && setChosen(id)}
      keepMounted={false}
      aria-label="More"
    >
      <Tabs.List aria-label="More about this channel">
        {tabs.map(({ id, title, mark }) => (
          <Tabs.Tab key={id} value={id}>
            {title}
            {mark != null && mark !== false && <span className={styles.mark}>{mark}</span>}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <BarePanels>
        {tabs.map(({ id, content, isFull }) => (
          <Tabs.Panel key={id} value={id} data-full={isFull === true} tabIndex={0}>
            <Suspense>{content}</Suspense>
          </Tabs.Panel>
        ))}
      </BarePanels>
    </Tabs>
  )
}
