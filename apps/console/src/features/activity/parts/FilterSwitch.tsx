import { SegmentedControl } from '@mantine/core'
import type { EventFilter } from '../event-look.ts'

export function FilterSwitch({ value, onChange }: { value: EventFilter; onChange(value: EventFilter): void }) {
  return (
    <SegmentedControl
      size="xs"
      aria-label="Events shown"
      data={[
        { value: 'all', label: 'All' },
        { value: 'trouble', label: 'Problems' },
      ]}
      value={value}
      onChange={(chosen) => onChange(chosen === 'trouble' ? 'trouble' : 'all')}
    />
  )
}
