import { Button, Checkbox, Group, Modal, Select, Stack, TextInput } from '@mantine/core'
import { type WorkspaceScope, workspaceScopes } from '@sluice/contract/api'
import { useState } from 'react'
import { CopyField, DialogFooter, DialogForm, fieldError, restError } from '../../../ui/form/index.ts'
import { scopePresets, scopeWords } from '../scope-words.ts'
import { useCreateApiKey } from '../use-api-keys.ts'

const dayMs = 24 * 60 * 60_000
const lifetimes = [
  { value: '', label: 'Never' },
  { value: '30', label: 'After 30 days' },
  { value: '90', label: 'After 90 days' },
  { value: '365', label: 'After one year' },
]

/** Asks what the key may do, then shows it once. */
export function CreateApiKeyDialog({ onClose }: { onClose(): void }) {
  const create = useCreateApiKey()
  return (
    <Modal opened onClose={onClose} title={create.data ? 'Copy the key now' : 'New API key'} closeOnClickOutside={!create.data} size={520}>
      {create.data ? (
        <Stack gap="md">
          <p style={{ margin: 0 }}>Sluice shows this key only once. Store it like a password.</p>
          <CopyField label={create.data.name} value={create.data.key} isSecret />
          <DialogFooter>
            <Button onClick={onClose}>I have copied it</Button>
          </DialogFooter>
        </Stack>
      ) : (
        <Form create={create} onClose={onClose} />
      )}
    </Modal>
  )
}

function Form({ create, onClose }: { create: ReturnType<typeof useCreateApiKey>; onClose(): void }) {
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState<readonly WorkspaceScope[]>(scopePresets[0]?.scopes ?? [])
  const [days, setDays] = useState<string | null>('')
  const submit = (): void => {
    const expiresAt = days ? new Date(Date.now() + Number(days) * dayMs).toISOString() : null
    create.mutate({ name, scopes: [...chosen], expiresAt })
  }
  return (
    <DialogForm
      action="Create key"
      isBusy={create.isPending}
      canSubmit={chosen.length > 0}
      error={restError(create.error, ['name', 'scopes'])}
      onSubmit={submit}
      onCancel={onClose}
    >
      <TextInput
        label="Name"
        description="What it is for"
        required
        maxLength={80}
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={fieldError(create.error, 'name')}
      />
      <Checkbox.Group
        label="Permissions"
        value={[...chosen]}
        onChange={(values) => setChosen(workspaceScopes.filter((scope) => values.includes(scope)))}
        error={fieldError(create.error, 'scopes')}
      >
        <Group gap="xs" my={8}>
          {scopePresets.map((preset) => (
            <Button key={preset.name} variant="default" size="compact-sm" onClick={() => setChosen(preset.scopes)}>
              {preset.name}
            </Button>
          ))}
        </Group>
        <Stack gap={8}>
          {workspaceScopes.map((scope) => (
            <Checkbox key={scope} value={scope} label={scopeWords[scope]} />
          ))}
        </Stack>
      </Checkbox.Group>
      <Select label="Expires" data={lifetimes} allowDeselect={false} value={days} onChange={setDays} />
    </DialogForm>
  )
}
