import { AccountPanel } from './parts/AccountPanel.tsx'
import { AppearancePanel } from './parts/AppearancePanel.tsx'
import { SessionsPanel } from './parts/SessionsPanel.tsx'
import { TwoFactorPanel } from './parts/TwoFactorPanel.tsx'

/** The own account: how it signs in, and where it is signed in. */
export function AccountPage() {
  return (
    <>
      <AccountPanel />
      <TwoFactorPanel />
      <SessionsPanel />
      <AppearancePanel />
    </>
  )
}
