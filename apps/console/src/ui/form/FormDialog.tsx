import { Modal } from '@mantine/core'
import { DialogForm, type DialogFormProps } from './DialogForm.tsx'

type Props = Omit<DialogFormProps, 'onCancel' | 'onBack'> & { title: string; size?: number; isOpen?: boolean; onClose(): void }

/** A dialog that is one form. */
export function FormDialog({ title, size = 440, isOpen = true, onClose, ...form }: Props) {
  return (
    <Modal opened={isOpen} onClose={onClose} title={title} size={size}>
      <DialogForm {...form} onCancel={onClose} />
    </Modal>
  )
}
