import { Button, Stack } from '@mantine/core'
import { IconChevronLeft } from '@tabler/icons-react'
import type { FormEvent, ReactNode } from 'react'
import { DialogFooter } from './DialogFooter.tsx'
import { ProblemNote } from './ProblemNote.tsx'

export type DialogFormProps = {
  children: ReactNode
  /** Why the last attempt failed, unless a field shows it. */
  error: Error | null
  /** What the main button says. */
  action: string
  isBusy: boolean
  canSubmit?: boolean
  onSubmit(): void
  onCancel(): void
  /** In a dialog of several steps, the step before this one: `Back` stands in the place of `Cancel`. */
  onBack?: () => void
  /** A rarer action, at the left of the footer. */
  aside?: ReactNode
}

/** The form of a dialog: its fields, what went wrong, and the footer that all dialogs share. */
export function DialogForm({ children, error, action, isBusy, canSubmit = true, onSubmit, onCancel, onBack, aside }: DialogFormProps) {
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    onSubmit()
  }
  const back = onBack && (
    <Button variant="subtle" leftSection={<IconChevronLeft size={17} aria-hidden />} onClick={onBack}>
      Back
    </Button>
  )
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {children}
        <ProblemNote error={error} />
        <DialogFooter aside={back ?? aside}>
          {onBack === undefined && (
            <Button variant="default" onClick={onCancel}>
              Cancel
            </Button>
          )}
          <Button type="submit" loading={isBusy} disabled={!canSubmit}>
            {action}
          </Button>
        </DialogFooter>
      </Stack>
    </form>
  )
}
