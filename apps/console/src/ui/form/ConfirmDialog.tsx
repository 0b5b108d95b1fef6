import { Button, Modal, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { DialogFooter } from './DialogFooter.tsx'
import { ProblemNote } from './ProblemNote.tsx'

type Props = {
  isOpen: boolean
  title: string
  /** What will happen, and to whom. */
  children: ReactNode
  action: string
  isBusy: boolean
  error: Error | null
  onConfirm(): void
  onClose(): void
}

/** Asks before what can't be undone. The safe answer has the focus. */
export function ConfirmDialog({ isOpen, title, children, action, isBusy, error, onConfirm, onClose }: Props) {
  return (
    <Modal opened={isOpen} onClose={onClose} title={title} size="md">
      <Stack gap="md">
        <div>{children}</div>
        <ProblemNote error={error} />
        <DialogFooter>
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button color="red" onClick={onConfirm} loading={isBusy}>
            {action}
          </Button>
        </DialogFooter>
      </Stack>
    </Modal>
  )
}
