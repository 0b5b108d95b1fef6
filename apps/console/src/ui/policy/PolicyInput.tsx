import { NumberInput } from '@mantine/core'
import type { PolicyField } from '@sluice/contract/policy'
import { isTime, unitOf } from './policy-words.ts'

const msPerS = 1000

type Props = {
  field: PolicyField
  label: string
  description: string
  /** What holds while the field is empty. */
  placeholder: string
  min: number
  max: number
  step?: number
  /** As it is stored, '' for what the class says. */
  value: number | ''
  onChange(value: number | ''): void
}

/** A setting that a class has a say in. Times are typed in seconds and kept in whole milliseconds. */
export function PolicyInput({ field, min, max, step, value, onChange, ...rest }: Props) {
  const scale = isTime(field) ? msPerS : 1
  const take = (given: number | string): void => onChange(given === '' || given === '-' ? '' : Math.round(Number(given) * scale))
  return (
    <NumberInput
      {...rest}
      suffix={unitOf(field)}
      allowDecimal={scale !== 1}
      decimalScale={3}
      clampBehavior="blur"
      min={min / scale}
      max={max / scale}
      {...(step === undefined ? {} : { step: step / scale })}
      value={value === '' ? '' : value / scale}
      onChange={take}
    />
  )
}
