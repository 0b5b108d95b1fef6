import { ActionIcon, Menu } from '@mantine/core'
import type { Destination } from '@sluice/contract/api'
import { IconDots, IconPencil, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useCan } from '../../../live/index.ts'
import { ConfirmDialog } from '../../../ui/form/index.ts'
import { formatCount } from '../../../ui/format/index.ts'
import { ClassBadge, PlatformLogo } from '../../../ui/platform/index.ts'
import { useDeleteDestination } from '../use-destination-actions.ts'
import styles from './DestinationRow.module.css'

export function DestinationRow({ destination, onEdit }: { destination: Destination; onEdit(): void }) {
  const canWrite = useCan('destination:write')
  const [isDeleting, setDeleting] = useState(false)
  const remove = useDeleteDestination(destination.id)
  return (
    <li className={styles.row}>
      <PlatformLogo platform={destination.platform} name={destination.name} size={36} />
      <span className={styles.what}>
        <span className={styles.name}>{destination.name}</span>
        <code className={styles.url}>{destination.url}</code>
      </span>
      <ClassBadge outputClass={destination.class} />
      <span className={styles.fact}>{destination.hasKey ? `Key ends in ${destination.keyHint ?? '…'}` : 'No key'}</span>
      <span className={styles.fact}>
        {destination.usedByOutputs === 0 ? 'Not in use' : `In ${formatCount(destination.usedByOutputs, 'output')}`}
      </span>
      {canWrite && (
        <Menu width={180}>
          <Menu.Target>
            <ActionIcon variant="subtle" size={34} aria-label={`More for ${destination.name}`}>
              <IconDots size={19} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={onEdit}>
              Edit
            </Menu.Item>
            <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => setDeleting(true)}>
              Delete
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      <ConfirmDialog
        isOpen={isDeleting}
        title={`Delete ${destination.name}?`}
        action="Delete destination"
        isBusy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate(undefined, { onSuccess: () => setDeleting(false) })}
        onClose={() => setDeleting(false)}
      >
        Its server and key are forgotten. A destination that outputs use can't be deleted: delete those outputs first.
      </ConfirmDialog>
    </li>
  )
}
