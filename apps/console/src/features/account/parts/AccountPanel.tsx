import { Button, Group } from '@mantine/core'
import { IconDoorExit, IconLock, IconLogout } from '@tabler/icons-react'
import { useState } from 'react'
import { useSessionQuery, useSignOut } from '../../../live/index.ts'
import { ConfirmDialog, ProblemNote } from '../../../ui/form/index.ts'
import { Facts, Panel } from '../../../ui/layout/index.ts'
import { useLeaveWorkspace } from '../use-own-account.ts'
import styles from './AccountPanel.module.css'
import { PasswordDialog } from './PasswordDialog.tsx'

export function AccountPanel() {
  const session = useSessionQuery().data
  const signOut = useSignOut()
  const [isChanging, setChanging] = useState(false)
  const leave = useLeaveWorkspace()
  const [isLeaving, setLeaving] = useState(false)
  if (!session) return null
  return (
    <Panel title="Account">
      <div className={styles.account}>
        <Facts
          facts={[
            { label: 'Name', value: session.user?.name },
            { label: 'Email', value: session.user?.email },
            { label: 'Role in this workspace', value: session.workspace.role },
          ]}
        />
        <ProblemNote error={signOut.error} />
        <Group gap="sm">
          {session.user !== null && (
            <Button variant="default" leftSection={<IconLock size={17} aria-hidden />} onClick={() => setChanging(true)}>
              Change password
            </Button>
          )}
          <Button
            variant="default"
            leftSection={<IconLogout size={17} aria-hidden />}
            loading={signOut.isPending}
            onClick={() => signOut.mutate()}
          >
            Sign out
          </Button>
          {session.user !== null && (
            <Button variant="default" leftSection={<IconDoorExit size={17} aria-hidden />} onClick={() => setLeaving(true)}>
              Leave workspace
            </Button>
          )}
        </Group>
      </div>
      {isChanging && <PasswordDialog email={session.user?.email ?? ''} onClose={() => setChanging(false)} />}
      <ConfirmDialog
        isOpen={isLeaving}
        title={`Leave ${session.workspace.name}?`}
        action="Leave workspace"
        isBusy={leave.isPending}
        error={leave.error}
        onConfirm={() => leave.mutate()}
        onClose={() => setLeaving(false)}
      >
        You lose access at once. What you set up stays. To come back you need a new invitation.
      </ConfirmDialog>
    </Panel>
  )
}
