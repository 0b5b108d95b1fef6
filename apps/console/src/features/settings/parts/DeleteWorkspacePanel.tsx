import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useCan, useSessionQuery } from '../../../live/index.ts'
import { FormDialog, fieldError, restError } from '../../../ui/form/index.ts'
import { Panel } from '../../../ui/layout/index.ts'
import { useDeleteWorkspace } from '../use-workspace.ts'

/** The end of a workspace. */
export function DeleteWorkspacePanel() {
  const name = useSessionQuery().data?.workspace.name
  const mayDelete = useCan('workspace:delete')
  const [isAsking, setAsking] = useState(false)
  if (!mayDelete || name === undefined) return null
  return (
    <Panel title="Delete this workspace">
      <p style={{ margin: '0 0 14px' }}>
        Its channels go off air and everything in it is deleted: channels, destinations with their keys, clips, API keys, the audit log.
        People keep their accounts.
      </p>
      <Button color="red" variant="outline" onClick={() => setAsking(true)}>
        Delete workspace
      </Button>
      {isAsking && <DeleteDialog name={name} onClose={() => setAsking(false)} />}
    </Panel>
  )
}

function DeleteDialog({ name, onClose }: { name: string; onClose(): void }) {
  const remove = useDeleteWorkspace()
  const [typed, setTyped] = useState('')
  return (
    <FormDialog
      title={`Delete ${name}?`}
      action="Delete everything"
      isBusy={remove.isPending}
      canSubmit={typed.trim() === name}
      error={restError(remove.error, ['name'])}
      onSubmit={() => remove.mutate(typed)}
      onClose={onClose}
    >
      <p style={{ margin: 0 }}>Live channels end first. This can't be undone.</p>
      <TextInput
        label={`Type ${name} to confirm`}
        data-autofocus
        autoComplete="off"
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        error={fieldError(remove.error, 'name')}
      />
    </FormDialog>
  )
}
