import { Button, TextInput } from '@mantine/core'
import { type CreateWorkspaceBody, paths, WorkspaceRef } from '@sluice/contract/api'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { z } from 'zod'
import { call, useSessionQuery, useWorkspaceSwitch } from '../../../live/index.ts'
import { fieldError, ProblemNote, restError } from '../../../ui/form/index.ts'
import { Panel } from '../../../ui/layout/index.ts'
import styles from './WorkspacesPanel.module.css'

/** Workspaces are apart from each other: channels, destinations, keys and people of one are not seen in another. */
export function WorkspacesPanel() {
  const session = useSessionQuery().data
  const switchTo = useWorkspaceSwitch()
  const [name, setName] = useState('')
  const create = useMutation({
    mutationFn: (body: z.infer<typeof CreateWorkspaceBody>) => call('POST', paths.workspaces, WorkspaceRef, body),
    onSuccess: (workspace) => switchTo.mutate(workspace.id),
  })
  if (!session) return null
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    create.mutate({ name })
  }
  return (
    <Panel title="Workspaces" isFlush>
      <ul className={styles.list}>
        {session.workspaces.map((workspace) => (
          <li key={workspace.id}>
            <span className={styles.name}>{workspace.name}</span>
            <span className={styles.role}>{workspace.role}</span>
            {workspace.id === session.workspace.id ? (
              <span className={styles.here}>Current</span>
            ) : (
              <Button variant="default" size="compact-md" fz="sm" onClick={() => switchTo.mutate(workspace.id)}>
                Switch<span className="visually-hidden"> to {workspace.name}</span>
              </Button>
            )}
          </li>
        ))}
      </ul>
      <form className={styles.form} onSubmit={submit}>
        <TextInput
          label="New workspace"
          placeholder="Name"
          required
          maxLength={80}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={fieldError(create.error, 'name')}
        />
        <Button type="submit" variant="default" loading={create.isPending}>
          Create and switch
        </Button>
      </form>
      <ProblemNote error={restError(create.error, ['name']) ?? switchTo.error} />
    </Panel>
  )
}
