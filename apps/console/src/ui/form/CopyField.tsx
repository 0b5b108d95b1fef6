import { ActionIcon, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy, IconEye, IconEyeOff } from '@tabler/icons-react'
import { type ReactNode, useEffect, useId, useState } from 'react'
import styles from './CopyField.module.css'
import { copyText } from './copy-text.ts'

const saidForMs = 1800
/** Instead of a password field, which browsers would offer to remember. */
const hiddenValue = '•'.repeat(24)

type Props = {
  label: string
  value: string
  /** Shown as dots until the operator asks. */
  isSecret?: boolean
  hint?: ReactNode
  /** More buttons, after the copy button. */
  children?: ReactNode
}

/** A value to carry over into another program: whole, selectable, one press to copy, and the press is confirmed. */
export function CopyField({ label, value, isSecret = false, hint, children }: Props) {
  const id = useId()
  const [isShown, setShown] = useState(!isSecret)
  const [copied, setCopied] = useState<'yes' | 'no' | null>(null)

  useEffect(() => {
    if (copied === null) return
    const timer = setTimeout(() => setCopied(null), saidForMs)
    return () => clearTimeout(timer)
  }, [copied])

  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      <div className={styles.row}>
        <input
          id={id}
          className={styles.value}
          value={isShown ? value : hiddenValue}
          readOnly
          autoComplete="off"
          spellCheck={false}
          data-1p-ignore
          onFocus={(event) => isShown && event.currentTarget.select()}
        />
        {isSecret && (
          <Tooltip label={isShown ? `Hide ${label}` : `Show ${label}`}>
            <ActionIcon
              variant="subtle"
              size={38}
              aria-label={isShown ? `Hide ${label}` : `Show ${label}`}
              onClick={() => setShown(!isShown)}
            >
              {isShown ? <IconEyeOff size={19} /> : <IconEye size={19} />}
            </ActionIcon>
          </Tooltip>
        )}
        <button
          type="button"
          className={styles.copy}
          data-copied={copied}
          onClick={async () => setCopied((await copyText(value)) ? 'yes' : 'no')}
        >
          {copied === 'yes' ? <IconCheck size={17} aria-hidden /> : <IconCopy size={17} aria-hidden />}
          <span>{copied === 'yes' ? 'Copied' : copied === 'no' ? 'Press Ctrl+C' : 'Copy'}</span>
          <span className="visually-hidden"> {label}</span>
        </button>
        {children}
      </div>
      {hint && <div className={styles.hint}>{hint}</div>}
      <span className="visually-hidden" aria-live="polite">
        {copied === 'yes' ? `${label} copied` : ''}
      </span>
    </div>
  )
}
