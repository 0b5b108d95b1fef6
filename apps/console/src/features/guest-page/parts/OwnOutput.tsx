import { Button, Group, PasswordInput, Stack } from '@mantine/core'
import type { GuestOutput } from '@sluice/contract/api'
import { type FormEvent, useState } from 'react'
import { ConfirmDialog, fieldError, ProblemNote, restError } from '../../../ui/form/index.ts'
import styles from '../GuestPage.module.css'
import { useRemoveOwn, useReplaceOwnKey } from '../use-visit.ts'

const words = { waiting: 'Ready', connecting: 'Connecting', live: 'Live', trouble: 'Problem', stopped: 'Stopped' } as const

/** One destination of the guest: how it is, and what can be done with it. */
export function OwnOutput({ token, output }: { token: string; output: GuestOutput }) {
  const replace = useReplaceOwnKey(token, output.id)
  const remove = useRemoveOwn(token, output.id)
  const [isReplacing, setReplacing] = useState(false)
  const [isRemoving, setRemoving] = useState(false)
  const [streamKey, setStreamKey] = useState('')
  const closeKey = (): void => {
    setReplacing(false)
    setStreamKey('')
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    replace.mutate(streamKey, { onSuccess: closeKey })
  }
  return (
    <section className={styles.card} aria-label={output.name}>
      <div className={styles.head}>
        <span className={styles.name}>{output.name}</span>
        <span className={styles.state} data-state={output.state}>
          {words[output.state]}
        </span>
      </div>
      <p className={styles.says} role="status">
        {output.says}
      </p>
      <p className={styles.place}>
        {output.url}
        {output.keyHint !== null && `, key ends in ${output.keyHint}`}
      </p>
      {isReplacing ? (
        <form onSubmit={submit}>
          <Stack gap="sm">
            <PasswordInput
              label="New stream key"
              required
              autoComplete="off"
              data-1p-ignore
              data-autofocus
              maxLength={1000}
              value={streamKey}
              onChange={(event) => setStreamKey(event.currentTarget.value)}
              error={fieldError(replace.error, 'streamKey')}
              visibilityToggleButtonProps={{ 'aria-label': 'Show stream key' }}
            />
            <ProblemNote error={restError(replace.error, ['streamKey'])} />
            <Group gap="sm">
              <Button type="submit" loading={replace.isPending}>
                Use this key
              </Button>
              <Button variant="default" onClick={closeKey}>
                Cancel
              </Button>
            </Group>
          </Stack>
        </form>
      ) : (
        <Group gap="sm">
          <Button variant="default" onClick={() => setReplacing(true)}>
            Replace key
          </Button>
          <Button variant="subtle" color="red" onClick={() => setRemoving(true)}>
            Remove
          </Button>
        </Group>
      )}
      <ConfirmDialog
        isOpen={isRemoving}
        title={`Remove ${output.name}?`}
        action="Remove"
        isBusy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
        onClose={() => setRemoving(false)}
      >
        The programme stops there at once, and Sluice deletes your key.
      </ConfirmDialog>
    </section>
  )
}
