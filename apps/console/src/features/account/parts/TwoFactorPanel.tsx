import { Button, Group } from '@mantine/core'
import { IconShieldCheck, IconShieldLock } from '@tabler/icons-react'
import { useState } from 'react'
import { useSessionQuery } from '../../../live/index.ts'
import { ProblemNote } from '../../../ui/form/index.ts'
import { Panel } from '../../../ui/layout/index.ts'
import { useAccount, useSignInOptions } from '../use-own-account.ts'
import { ConnectDialog } from './ConnectDialog.tsx'
import { EndTwoFactorDialog } from './EndTwoFactorDialog.tsx'
import { RecoveryCodesDialog } from './RecoveryCodesDialog.tsx'
import { TwoFactorDialog } from './TwoFactorDialog.tsx'

/** A second factor beside the password, and the identity provider beside both. */
export function TwoFactorPanel() {
  const hasAccount = useSessionQuery().data?.user != null
  return hasAccount ? <Ways /> : null
}

function Ways() {
  const { data: account, error } = useAccount()
  const { data: options } = useSignInOptions()
  const [open, setOpen] = useState<'setup' | 'end' | 'codes' | 'connect' | null>(null)
  const close = (): void => setOpen(null)
  if (account === undefined) return <ProblemNote error={error} />
  return (
    <>
      {account.hasPassword && (
        <Panel title="Two-factor sign-in">
          <p style={{ margin: '0 0 14px' }}>
            {account.hasTwoFactor
              ? 'On. Signing in takes your password and a code from your authenticator app.'
              : 'Off. With it, a stolen password alone signs nobody in: a code from an app on your phone is needed too.'}
          </p>
          {account.hasTwoFactor ? (
            <Group gap="sm">
              <Button variant="default" onClick={() => setOpen('codes')}>
                New recovery codes
              </Button>
              <Button variant="default" onClick={() => setOpen('end')}>
                Turn off
              </Button>
            </Group>
          ) : (
            <Button leftSection={<IconShieldLock size={17} aria-hidden />} onClick={() => setOpen('setup')}>
              Turn on two-factor sign-in
            </Button>
          )}
        </Panel>
      )}
      {options?.provider != null && (
        <Panel title={options.provider}>
          {account.hasProvider ? (
            <Group gap={8}>
              <IconShieldCheck size={18} aria-hidden />
              Connected: you can sign in with {options.provider}.
            </Group>
          ) : (
            <>
              <p style={{ margin: '0 0 14px' }}>Connect this account to sign in with {options.provider}.</p>
              <Button variant="default" onClick={() => setOpen('connect')}>
                Connect
              </Button>
            </>
          )}
        </Panel>
      )}
      {open === 'setup' && <TwoFactorDialog onClose={close} />}
      {open === 'end' && <EndTwoFactorDialog onClose={close} />}
      {open === 'codes' && <RecoveryCodesDialog onClose={close} />}
      {open === 'connect' && <ConnectDialog provider={options?.provider ?? ''} hasTwoFactor={account.hasTwoFactor} onClose={close} />}
    </>
  )
}
