import { Group } from '@mantine/core'
import type { ReactNode } from 'react'

/** The buttons below a dialog, the main one last; `aside` stands at the left. */
export function DialogFooter({ children, aside }: { children: ReactNode; aside?: ReactNode }) {
  return (
    <Group justify={aside === undefined ? 'flex-end' : 'space-between'} gap="sm">
      {aside}
      <Group gap="sm">{children}</Group>
    </Group>
  )
}
