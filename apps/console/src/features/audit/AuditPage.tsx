import { Button, Group, Stack, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { paths } from '@sluice/contract/api'
import { IconDownload, IconListSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { ProblemNote } from '../../ui/form/index.ts'
import { formatDate, formatTimeOfDay } from '../../ui/format/index.ts'
import { EmptyState, Panel } from '../../ui/layout/index.ts'
import { RowFact, Rows, RowTitle } from '../../ui/rows/index.ts'
import { type AuditFilter, auditQuery } from './audit-query.ts'
import { useAudit } from './use-audit.ts'

const typingMs = 300
const none: AuditFilter = { who: '', what: '', from: '', until: '' }

/** Who did what, when: filtered, and exported as it is filtered. */
export function AuditPage() {
  const [filter, setFilter] = useState(none)
  const [settled] = useDebouncedValue(filter, typingMs)
  const audit = useAudit(settled)
  const entries = audit.data?.pages.flatMap(({ items }) => items)
  const bind = (field: keyof AuditFilter) => ({
    value: filter[field],
    onChange: (event: { currentTarget: { value: string } }) => setFilter({ ...filter, [field]: event.currentTarget.value }),
  })
  const file = (format: 'csv' | 'json'): string => `${paths.auditExport}?${auditQuery(filter, { format })}`
  const exports = (
    <Group gap="xs">
      {(['csv', 'json'] as const).map((format) => (
        <Button
          key={format}
          component="a"
          href={file(format)}
          download
          variant="default"
          size="sm"
          leftSection={<IconDownload size={17} aria-hidden />}
        >
          {format.toUpperCase()}
          <span className="visually-hidden"> export</span>
        </Button>
      ))}
    </Group>
  )
  return (
    <Panel title="Audit log" isFlush aside={exports}>
      <Stack gap="md" p={16}>
        <Group gap="sm" grow preventGrowOverflow={false}>
          <TextInput label="Who" placeholder="Name of a person or key" miw={160} {...bind('who')} />
          <TextInput label="What" placeholder="output, role, a channel’s name" miw={160} {...bind('what')} />
          <TextInput label="From" type="date" miw={140} {...bind('from')} />
          <TextInput label="To" type="date" miw={140} {...bind('until')} />
        </Group>
        <ProblemNote error={audit.error} />
      </Stack>
      {entries?.length === 0 && (
        <EmptyState Icon={IconListSearch} title="Nothing found">
          No entry has all of that. Take a filter out to see more.
        </EmptyState>
      )}
      <Rows columns="150px 170px minmax(0, 1fr)" size="small" label="Audit log">
        {entries?.map(({ id, at, actor, action, summary }) => (
          <li key={id}>
            <RowFact>
              {formatDate(at)}, {formatTimeOfDay(at)}
            </RowFact>
            <RowTitle name={actor}>{action}</RowTitle>
            <RowFact>{summary}</RowFact>
          </li>
        ))}
      </Rows>
      {audit.hasNextPage && (
        <Group justify="center" p={14}>
          <Button variant="default" size="sm" loading={audit.isFetchingNextPage} onClick={() => void audit.fetchNextPage()}>
            Show more
          </Button>
        </Group>
      )}
    </Panel>
  )
}
