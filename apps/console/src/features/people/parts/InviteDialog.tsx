import { Button, Modal, Select, Stack, Switch, TextInput } from '@mantine/core'
import type { CreatedInvitation, Role } from '@sluice/contract/api'
import { useState } from 'react'
import { CopyField, DialogFooter, DialogForm, fieldError, restError } from '../../../ui/form/index.ts'
import { roleChoices, roleWords } from '../role-words.ts'
import { useInvite, useSendsMail } from '../use-people.ts'

/** Asks for the role, then sends the invitation or shows its link once. */
export function InviteDialog({ onClose }: { onClose(): void }) {
  const invite = useInvite()
  return (
    <Modal
      opened
      onClose={onClose}
      title={invite.data ? 'Invitation ready' : 'Invite someone'}
      closeOnClickOutside={!invite.data}
      size={480}
    >
      {invite.data ? <Ready invitation={invite.data} onClose={onClose} /> : <Form invite={invite} onClose={onClose} />}
    </Modal>
  )
}

function Ready({ invitation: { url, email }, onClose }: { invitation: CreatedInvitation; onClose(): void }) {
  return (
    <Stack gap="md">
      {url === null ? (
        <p style={{ margin: 0 }}>The invitation is on its way to {email}.</p>
      ) : (
        <>
          <p style={{ margin: 0 }}>
            Send this link to {email ?? 'the person you invite'}. It works once, and Sluice shows it only now.
            {email === null && ' Anyone with this link can join.'}
          </p>
          <CopyField label="Link" value={url} />
        </>
      )}
      <DialogFooter>
        <Button onClick={onClose}>Done</Button>
      </DialogFooter>
    </Stack>
  )
}

function Form({ invite, onClose }: { invite: ReturnType<typeof useInvite>; onClose(): void }) {
  const canSend = useSendsMail()
  const [role, setRole] = useState<Role>('operator')
  const [email, setEmail] = useState('')
  const [wantsMail, setWantsMail] = useState(true)
  const sends = canSend && wantsMail
  const submit = (): void => invite.mutate({ role, email: email.trim() === '' ? null : email.trim(), sends })
  return (
    <DialogForm
      action={sends ? 'Send invitation' : 'Create link'}
      isBusy={invite.isPending}
      error={restError(invite.error, ['email', 'role'])}
      onSubmit={submit}
      onCancel={onClose}
    >
      <TextInput
        label="Email"
        type="email"
        description={sends ? 'Only this address can join.' : 'Only this address can join. Leave it empty for a link that anyone can use.'}
        required={sends}
        data-autofocus
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        error={fieldError(invite.error, 'email')}
      />
      <Select
        label="Role"
        description={roleWords[role]}
        data={roleChoices}
        allowDeselect={false}
        value={role}
        onChange={(value) => setRole(roleChoices.find((choice) => choice.value === value)?.value ?? role)}
      />
      {canSend && <Switch label="Send it by mail" checked={wantsMail} onChange={(event) => setWantsMail(event.currentTarget.checked)} />}
    </DialogForm>
  )
}
