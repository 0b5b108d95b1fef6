import { Anchor, Modal, Stack } from '@mantine/core'
import { paths, Session } from '@sluice/contract/api'
import { useQueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { call, keys, signedOut } from '../../live/index.ts'
import { SignInForm } from './SignInForm.tsx'

/** Above every other dialog: what is typed in one of those stays. */
const aboveAll = 1000

/** The session ended in the middle of something: signs in again over the page, in the workspace where it was, and lets what was refused go on. */
export function SignedOutDialog({ before }: { before: Session }) {
  const client = useQueryClient()
  const isOpen = useSyncExternalStore(signedOut.subscribe, signedOut.isOpen)
  const done = async (signedIn: Session): Promise<void> => {
    const isSame = signedIn.user?.id === before.user?.id
    const wasThere = signedIn.workspaces.some(({ id }) => id === before.workspace.id)
    const isMoved = signedIn.workspace.id !== before.workspace.id && wasThere
    const session = isMoved
      ? await call('PATCH', paths.session, Session, { workspaceId: before.workspace.id }).catch(() => signedIn)
      : signedIn
    // Nothing that one person typed or saw is another's.
    if (!isSame) client.removeQueries({ predicate: (query) => query.queryKey[0] !== keys.session[0] })
    client.setQueryData(keys.session, session)
    signedOut.settle(isSame)
    void client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== keys.session[0] })
  }
  const leave = (): void => {
    signedOut.settle(false)
    client.setQueryData(keys.session, null)
  }
  return (
    <Modal
      opened={isOpen}
      onClose={leave}
      title="You were signed out"
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      zIndex={aboveAll}
      size={440}
    >
      <Stack gap="md">
        <p style={{ margin: 0 }}>Your streams keep running. Sign in to go on where you were.</p>
        <SignInForm email={before.user?.email ?? ''} offersProvider={false} onDone={(session) => void done(session)} />
        <Anchor component="button" type="button" ta="left" size="sm" onClick={leave}>
          Leave this page and go to the sign-in page
        </Anchor>
      </Stack>
    </Modal>
  )
}
