import { TextInput } from '@mantine/core'
import type { CatalogueEntry } from '@sluice/contract/api'
import { IconSearch } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { PlatformLogo } from './PlatformLogo.tsx'
import styles from './PlatformPicker.module.css'
import { searchCatalogue } from './target-form.ts'

const groups = [
  { category: 'generic', title: 'Custom: your own server, or any address' },
  { category: 'social', title: 'Platforms' },
  { category: 'partner', title: 'Services' },
] as const

type Props = { entries: readonly CatalogueEntry[]; onPick(entry: CatalogueEntry): void; children?: ReactNode }

/** The catalogue with a search over it. `children` stand between the search and the catalogue while nothing is searched for. */
export function PlatformPicker({ entries, onPick, children }: Props) {
  const [query, setQuery] = useState('')
  const found = searchCatalogue(entries, query)
  return (
    <>
      <TextInput
        type="search"
        size="md"
        aria-label="Search platforms"
        placeholder="YouTube, Twitch, your own server…"
        leftSection={<IconSearch size={19} aria-hidden />}
        data-autofocus
        value={query}
        onChange={(event) => setQuery(event.currentTarget.value)}
      />
      {query === '' && children}
      {groups.map(({ category, title }) => (
        <Group key={category} title={title} entries={found.filter((entry) => entry.category === category)} onPick={onPick} />
      ))}
      {found.length === 0 && <p className={styles.none}>No platform by that name. Use "Custom" for any server that accepts RTMP or SRT.</p>}
    </>
  )
}

function Group({ title, entries, onPick }: { title: string; entries: readonly CatalogueEntry[]; onPick(entry: CatalogueEntry): void }) {
  if (entries.length === 0) return null
  return (
    <section className={styles.group}>
      <h3>{title}</h3>
      <ul className={styles.grid}>
        {entries.map((entry) => (
          <li key={entry.id}>
            <button type="button" className={styles.entry} disabled={!entry.canPush} onClick={() => onPick(entry)}>
              <PlatformLogo platform={entry.id} name={entry.name} size={36} />
              <span>
                <span className={styles.name}>{entry.name}</span>
                <span className={styles.note}>{noteOf(entry)}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

function noteOf(entry: CatalogueEntry): string {
  if (!entry.canPush) return 'Not supported yet: other protocol'
  if (entry.status !== 'active') return 'Reported shut down'
  return `Class ${entry.suggestedClass}${entry.maxVideoKbps === null ? '' : ` · up to ${entry.maxVideoKbps / 1000} Mbps`}`
}
