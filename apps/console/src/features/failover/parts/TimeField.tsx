import { Button } from '@mantine/core'
import type { ClassTime } from '@sluice/contract/api'
import { policyBounds } from '@sluice/contract/policy'
import { limitText, PolicyInput, valueText } from '../../../ui/policy/index.ts'

const bounds = { 'Switch after': policyBounds.triggerMs, 'Return after': policyBounds.holdMs }
const steps = { 'Switch after': 100, 'Return after': 1000 }
const fields = { 'Switch after': 'failover.triggerMs', 'Return after': 'failover.holdMs' } as const

type Props = {
  label: 'Switch after' | 'Return after'
  /** '' for what the class says. */
  value: number | ''
  onChange(value: number | ''): void
  time: ClassTime
}

/** A time that is the class's until it is set here, with what the class allows beside it. */
export function TimeField({ label, value, onChange, time }: Props) {
  const field = fields[label]
  const usual = valueText(field, time.default)
  return (
    <div>
      <PolicyInput
        field={field}
        label={label}
        description={`Class ${time.class} allows ${limitText(field, time)}`}
        placeholder={`${usual}, from class ${time.class}`}
        {...bounds[label]}
        step={steps[label]}
        value={value}
        onChange={onChange}
      />
      {value !== '' && (
        <Button variant="subtle" size="compact-sm" mt={4} onClick={() => onChange('')}>
          Use the {usual} of class {time.class}
        </Button>
      )}
    </div>
  )
}
