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

/** Asks why a setting may leave its class. It stands there only when one does. */
export function OverrideReason({ outside, drifted = [], value, onChange }: Props) {
  if (outside.length + drifted.length === 0) return null
  return (
    <div className={styles.box}>
      <p>
        <b>{outside.length > 0 ? 'This leaves the class.' : 'Outside of the class since that was changed.'}</b>{' '}
        {[...outside, ...drifted].join(' ')}
      </p>
      <Textarea
        label="Why it is right all the same"
        description="Kept with your name and shown wherever this setting is, until it is inside again"
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
