import { ActionIcon, Menu } from '@mantine/core'
import type { Destination } from '@sluice/contract/api'
import { IconDots, IconHistory, IconKey, IconPencil, IconRefresh, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useCan, useNow } from '../../../live/index.ts'
import { ConfirmDialog } from '../../../ui/form/index.ts'
import { formatCount, formatDate } from '../../../ui/format/index.ts'
import { ClassBadge, PlatformLogo } from '../../../ui/platform/index.ts'
import { RowAction, RowFact, RowNote, RowTitle } from '../../../ui/rows/index.ts'
import { rotationWords } from '../rotation-words.ts'
import { useDeleteDestination } from '../use-destination-actions.ts'
import { AuditDialog } from './AuditDialog.tsx'
import { CredentialDialog } from './CredentialDialog.tsx'
import { RotateDialog } from './RotateDialog.tsx'

export function DestinationRow({ destination, onEdit }: { destination: Destination; onEdit(): void }) {
  const canWrite = useCan('destination:write')
  const nowMs = useNow()
  const [dialog, setDialog] = useState<'rotate' | 'credential' | 'audit' | null>(null)
  const [isDeleting, setDeleting] = useState(false)
  const remove = useDeleteDestination(destination.id)
  return (
    <li>
      <PlatformLogo platform={destination.platform} name={destination.name} size={36} />
      <RowTitle name={destination.name}>
        <code>{destination.url}</code>
      </RowTitle>
      <ClassBadge outputClass={destination.class} />
      <RowFact>
        {destination.hasKey ? `Key ends in ${destination.keyHint ?? '…'}` : 'No key'}
        {rotationWords(destination, nowMs).map(({ text, tone }) => (
          <RowNote key={text} tone={tone}>
            {text}
          </RowNote>
        ))}
      </RowFact>
      <RowFact>
        {destination.usedByOutputs === 0 ? 'Not in use' : `Used by ${formatCount(destination.usedByOutputs, 'output')}`}
        <RowNote>{destination.lastUsedAt === null ? 'Never live' : `Last live ${formatDate(destination.lastUsedAt)}`}</RowNote>
        {destination.channelIds !== null && <RowNote>Only for {formatCount(destination.channelIds.length, 'channel')}</RowNote>}
      </RowFact>
      {canWrite && (
        <RowAction>
          <Menu width={200}>
            <Menu.Target>
              <ActionIcon variant="subtle" size={34} aria-label={`More for ${destination.name}`}>
                <IconDots size={19} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={onEdit}>
                Edit
              </Menu.Item>
              {destination.credential === 'rotating' && (
                <Menu.Item leftSection={<IconRefresh size={16} aria-hidden />} onClick={() => setDialog('rotate')}>
                  Rotate key
                </Menu.Item>
              )}
              <Menu.Item leftSection={<IconKey size={16} aria-hidden />} onClick={() => setDialog('credential')}>
                Key and channels
              </Menu.Item>
              <Menu.Item leftSection={<IconHistory size={16} aria-hidden />} onClick={() => setDialog('audit')}>
                History
              </Menu.Item>
              <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => setDeleting(true)}>
                Delete
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </RowAction>
      )}
      {dialog === 'rotate' && <RotateDialog destination={destination} onClose={() => setDialog(null)} />}
      {dialog === 'credential' && <CredentialDialog destination={destination} onClose={() => setDialog(null)} />}
      {dialog === 'audit' && <AuditDialog destination={destination} onClose={() => setDialog(null)} />}
      <ConfirmDialog
        isOpen={isDeleting}
        title={`Delete ${destination.name}?`}
        action="Delete destination"
        isBusy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate(undefined, { onSuccess: () => setDeleting(false) })}
        onClose={() => setDeleting(false)}
      >
        Sluice deletes its server address and key. A destination that outputs use can't be deleted: delete those outputs first.
      </ConfirmDialog>
    </li>
  )
}
