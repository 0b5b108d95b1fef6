import { useSessionQuery, useSignOut } from '../../live/index.ts'
import styles from './NeedsTwoFactorPage.module.css'
import { TwoFactorSteps } from './parts/TwoFactorSteps.tsx'

/** The workspace asks for a second factor, and the account has none: this comes first. */
export function NeedsTwoFactorPage() {
  const workspace = useSessionQuery().data?.workspace.name
  const signOut = useSignOut()
  return (
    <main className={styles.page}>
      <h1>Turn on two-factor sign-in</h1>
      <p>{workspace} needs it of everyone. It takes a minute. Streams keep running.</p>
      <TwoFactorSteps onDone={() => {}} onCancel={() => signOut.mutate()} />
    </main>
  )
}
