import { ActionIcon, Button } from '@mantine/core'
import type { ApiKey } from '@sluice/contract/api'
import { IconKey, IconPlus, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useCan } from '../../../live/index.ts'
import { ConfirmDialog, ProblemNote } from '../../../ui/form/index.ts'
import { formatCount, formatDate } from '../../../ui/format/index.ts'
import { EmptyState, Panel } from '../../../ui/layout/index.ts'
import { RowAction, RowFact, Rows, RowTitle } from '../../../ui/rows/index.ts'
import { useApiKeys, useDeleteApiKey } from '../use-api-keys.ts'
import { CreateApiKeyDialog } from './CreateApiKeyDialog.tsx'

/** Keys for programs: the CLI, scripts, other servers. */
export function ApiKeysPanel() {
  const isAllowed = useCan('apikey:write')
  const { data: apiKeys, error } = useApiKeys(isAllowed)
  const remove = useDeleteApiKey()
  const [isCreating, setCreating] = useState(false)
  const [deleted, setDeleted] = useState<ApiKey | null>(null)
  if (!isAllowed) return null
  const create = (
    <Button size="sm" leftSection={<IconPlus size={17} aria-hidden />} onClick={() => setCreating(true)}>
      New API key
    </Button>
  )
  return (
    <Panel title="API keys" isFlush aside={apiKeys && apiKeys.length > 0 && create}>
      <ProblemNote error={error} />
      {apiKeys?.length === 0 && (
        <EmptyState Icon={IconKey} title="No API keys" action={create}>
          For the command line, scripts and other servers. Each key has only the permissions that you give it.
        </EmptyState>
      )}
      <Rows columns="minmax(0, 1fr) 110px 150px 150px auto" size="small">
        {apiKeys?.map((apiKey) => (
          <li key={apiKey.id}>
            <RowTitle name={apiKey.name}>
              <code>{apiKey.prefix}…</code>
            </RowTitle>
            <RowFact>{formatCount(apiKey.scopes.length, 'permission')}</RowFact>
            <RowFact>{apiKey.lastUsedAt === null ? 'Never used' : `Last used ${formatDate(apiKey.lastUsedAt)}`}</RowFact>
            <RowFact>{apiKey.expiresAt === null ? 'Never expires' : `Expires ${formatDate(apiKey.expiresAt)}`}</RowFact>
            <RowAction>
              <ActionIcon variant="subtle" size={34} aria-label={`Delete key ${apiKey.name}`} onClick={() => setDeleted(apiKey)}>
                <IconTrash size={18} />
              </ActionIcon>
            </RowAction>
          </li>
        ))}
      </Rows>
      {isCreating && <CreateApiKeyDialog onClose={() => setCreating(false)} />}
      <ConfirmDialog
        isOpen={deleted !== null}
        title={`Delete key ${deleted?.name}?`}
        action="Delete key"
        isBusy={remove.isPending}
        error={remove.error}
        onConfirm={() => deleted && remove.mutate(deleted.id, { onSuccess: () => setDeleted(null) })}
        onClose={() => setDeleted(null)}
      >
        Sluice then refuses every program that uses it. This can't be undone.
      </ConfirmDialog>
    </Panel>
  )
}
