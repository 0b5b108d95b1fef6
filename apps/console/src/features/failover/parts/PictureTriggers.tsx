import { NumberInput, Switch } from '@mantine/core'
import { pictureTriggerRanges } from '@sluice/contract/link'
import type { FailoverForm } from '../failover-form.ts'
import styles from './PictureTriggers.module.css'

type Props = { form: FailoverForm; onChange(change: Partial<FailoverForm>): void }

const triggers = [
  { field: 'blackMs', label: 'Black picture', about: 'A small logo on black counts as black' },
  { field: 'freezeMs', label: 'Frozen picture', about: 'A still slide counts as frozen: leave this off if you show slides' },
  { field: 'silenceMs', label: 'Silent audio', about: 'Below −60 dB. A quiet room with an open microphone is louder' },
] as const

/** Faults that only a decoder sees. Each is off by default, and triggers after its own number of seconds. */
export function PictureTriggers({ form, onChange }: Props) {
  return (
    <div className={styles.list}>
      {triggers.map(({ field, label, about }) => {
        const { min, max, usual } = pictureTriggerRanges[field]
        // No break between number and unit.
        const range = `${min / 1000} to ${max / 1000}\u00a0s`
        return (
          <div key={field} className={styles.row}>
            <Switch
              label={label}
              description={`${about}. Allowed: ${range}.`}
              checked={form[field] !== 0}
              onChange={(event) => onChange({ [field]: event.currentTarget.checked ? usual : 0 })}
            />
            {form[field] !== 0 && (
              <NumberInput
                aria-label={`${label}: switch after, ${range}`}
                suffix=" s"
                decimalScale={1}
                min={min / 1000}
                max={max / 1000}
                placeholder={`${usual / 1000} s`}
                value={form[field] === '' ? '' : form[field] / 1000}
                onChange={(given) => onChange({ [field]: given === '' || given === 0 ? '' : Math.round(Number(given) * 1000) })}
              />
            )}
          </div>
        )
      })}
      <p className={styles.note}>
        For these, Sluice decodes keyframes and audio in a separate process. It uses CPU while one of them is on.
      </p>
    </div>
  )
}
