import { Textarea } from '@mantine/core'
import styles from './OverrideReason.module.css'

type Props = {
  /** What is outside and what would be allowed, one sentence each. */
  outside: readonly string[]
  /** What was outside already, and may have its reason now. */
  drifted?: readonly string[]
  value: string
  onChange(reason: string): void
}

/** Asks why a setting may be outside its class. Shown only when one is. */
export function OverrideReason({ outside, drifted = [], value, onChange }: Props) {
  if (outside.length + drifted.length === 0) return null
  return (
    <div className={styles.box}>
      <p>
        <b>{outside.length > 0 ? 'This is outside the class limits.' : 'Outside the limits since the class was changed.'}</b>{' '}
        {[...outside, ...drifted].join(' ')}
      </p>
      <Textarea
        label="Reason for the override"
        description="Saved with your name and shown until the setting is back within limits"
        required={outside.length > 0}
        minLength={3}
        maxLength={300}
        autosize
        minRows={2}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </div>
  )
}
