import { SegmentedControl, Select } from '@mantine/core'

/** More than these do not fit beside a title. */
const maxSegments = 4

export type Choice<T extends string> = { readonly value: T; readonly label: string }
type Props<T extends string> = { label: string; choices: readonly Choice<T>[]; value: T; onChange(value: T): void }

/** One of a channel's inputs: side by side while they are few, in a list when there are many. */
export function RoleChoice<T extends string>({ label, choices, value, onChange }: Props<T>) {
  const choose = (picked: string | null): void => {
    const choice = choices.find((one) => one.value === picked)
    if (choice !== undefined) onChange(choice.value)
  }
  const common = { size: 'xs', 'aria-label': label, data: choices.map((one) => ({ ...one })), value, onChange: choose } as const
  return choices.length <= maxSegments ? <SegmentedControl {...common} /> : <Select {...common} w={130} allowDeselect={false} />
}
