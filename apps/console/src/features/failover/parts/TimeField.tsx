import { Button, NumberInput } from '@mantine/core'
import type { ClassTime } from '@sluice/contract/api'
import { policyBounds } from '@sluice/contract/policy'

const bounds = { 'Switch after': policyBounds.triggerMs, 'Return after': policyBounds.holdMs }
const step = { 'Switch after': 100, 'Return after': 1000 }

type Props = {
  label: 'Switch after' | 'Return after'
  /** '' for what the class says. */
  value: number | ''
  onChange(value: number | ''): void
  time: ClassTime
}

/** A time that is the class's until it is set here, with what the class allows beside it. */
export function TimeField({ label, value, onChange, time }: Props) {
  return (
    <div>
      <NumberInput
        label={label}
        description={`Class ${time.class} allows ${time.min} to ${time.max} ms`}
        suffix=" ms"
        allowDecimal={false}
        {...bounds[label]}
        step={step[label]}
        clampBehavior="blur"
        placeholder={`${time.default} ms, from class ${time.class}`}
        value={value}
        onChange={(given) => onChange(typeof given === 'number' ? given : given === '' ? '' : Number(given))}
      />
      {value !== '' && (
        <Button variant="subtle" size="compact-sm" mt={4} onClick={() => onChange('')}>
          Use the {time.default} ms of class {time.class}
        </Button>
      )}
    </div>
  )
}
