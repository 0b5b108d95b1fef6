import { Button } from '@mantine/core'
import { IconLogout } from '@tabler/icons-react'
import { useSessionQuery, useSignOut } from '../../../live/index.ts'
import { ProblemNote } from '../../../ui/form/index.ts'
import { Facts, Panel } from '../../../ui/layout/index.ts'
import styles from './AccountPanel.module.css'

export function AccountPanel() {
  const session = useSessionQuery().data
  const signOut = useSignOut()
  if (!session) return null
  return (
    <Panel title="Account">
      <div className={styles.account}>
        <Facts
          facts={[
            { label: 'Name', value: session.user?.name },
            { label: 'E-mail', value: session.user?.email },
            { label: 'Role here', value: session.workspace.role },
          ]}
        />
        <ProblemNote error={signOut.error} />
        <div>
          <Button
            variant="default"
            leftSection={<IconLogout size={17} aria-hidden />}
            loading={signOut.isPending}
            onClick={() => signOut.mutate()}
          >
            Sign out
          </Button>
        </div>
      </div>
    </Panel>
  )
}
