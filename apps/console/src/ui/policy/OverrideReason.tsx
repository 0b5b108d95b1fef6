import { Textarea } from '@mantine/core'
import styles from './OverrideReason.module.css'

type Props = {
  /** What is outside and what would be allowed, one sentence each. */
  outside: readonly string[]
  value: string
  onChange(reason: string): void
}

/** Asks why a setting may leave its class. It stands there only when one does. */
export function OverrideReason({ outside, value, onChange }: Props) {
  if (outside.length === 0) return null
  return (
    <div className={styles.box}>
      <p>
        <b>This leaves the class.</b> {outside.join(' ')}
      </p>
      <Textarea
        label="Why it is right all the same"
        description="Kept with your name and shown wherever this setting is, until it is inside again"
        required
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
