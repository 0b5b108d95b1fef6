import { NativeSelect } from '@mantine/core'
import type { Channel } from '@sluice/contract/api'

type Props = { value: string; channels: readonly Channel[]; deleted: readonly string[]; onChange(value: string): void }

/** Where to look: everywhere, at the machine, on one channel, or on one that was deleted. */
export function PlaceSelect({ value, channels, deleted, onChange }: Props) {
  return (
    <NativeSelect
      size="xs"
      aria-label="Where"
      value={value}
      onChange={(change) => onChange(change.currentTarget.value)}
      data={[
        { value: 'all', label: 'Everywhere' },
        { value: 'none', label: 'Machine and workspace' },
        ...channels.map(({ id, name }) => ({ value: id, label: name })),
        ...deleted.map((id) => ({ value: id, label: `Deleted channel ${id.slice(-6)}` })),
      ]}
    />
  )
}
