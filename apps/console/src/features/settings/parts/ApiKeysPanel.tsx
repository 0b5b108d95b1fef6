import { ActionIcon, Button } from '@mantine/core'
import type { ApiKey } from '@sluice/contract/api'
import { IconKey, IconPlus, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { useCan } from '../../../live/index.ts'
import { ConfirmDialog, ProblemNote } from '../../../ui/form/index.ts'
import { formatCount, formatDate } from '../../../ui/format/index.ts'
import { EmptyState, Panel } from '../../../ui/layout/index.ts'
import { useApiKeys, useDeleteApiKey } from '../use-api-keys.ts'
import styles from './ApiKeysPanel.module.css'
import { CreateApiKeyDialog } from './CreateApiKeyDialog.tsx'

/** Keys for programs: the CLI, scripts, other servers. */
export function ApiKeysPanel() {
  const isAllowed = useCan('apikey:write')
  const { data: apiKeys, error } = useApiKeys(isAllowed)
  const remove = useDeleteApiKey()
  const [isCreating, setCreating] = useState(false)
  const [doomed, setDoomed] = useState<ApiKey | null>(null)
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
          For the command line, scripts and other servers. Each key may do only what you allow it.
        </EmptyState>
      )}
      <ul className={styles.list}>
        {apiKeys?.map((apiKey) => (
          <li key={apiKey.id}>
            <span className={styles.what}>
              <span className={styles.name}>{apiKey.name}</span>
              <code>{apiKey.prefix}…</code>
            </span>
            <span className={styles.fact}>{formatCount(apiKey.scopes.length, 'right')}</span>
            <span className={styles.fact}>{apiKey.lastUsedAt === null ? 'Never used' : `Used ${formatDate(apiKey.lastUsedAt)}`}</span>
            <span className={styles.fact}>{apiKey.expiresAt === null ? 'No end' : `Until ${formatDate(apiKey.expiresAt)}`}</span>
            <ActionIcon variant="subtle" size={34} aria-label={`Delete key ${apiKey.name}`} onClick={() => setDoomed(apiKey)}>
              <IconTrash size={18} />
            </ActionIcon>
          </li>
        ))}
      </ul>
      {isCreating && <CreateApiKeyDialog onClose={() => setCreating(false)} />}
      <ConfirmDialog
        isOpen={doomed !== null}
        title={`Delete key ${doomed?.name}?`}
        action="Delete key"
        isBusy={remove.isPending}
        error={remove.error}
        onConfirm={() => doomed && remove.mutate(doomed.id, { onSuccess: () => setDoomed(null) })}
        onClose={() => setDoomed(null)}
      >
        Programs that use it are refused from then on. This can't be undone.
      </ConfirmDialog>
    </Panel>
  )
}
