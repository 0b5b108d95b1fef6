import { Outlet } from '@tanstack/react-router'
import { ClassPoliciesProvider } from './ClassPoliciesProvider.tsx'
import { ConnectionBanner } from './ConnectionBanner.tsx'
import { NavRail } from './NavRail.tsx'
import styles from './Shell.module.css'
import { StateAnnouncer } from './StateAnnouncer.tsx'
import { useTabTitle } from './use-tab-title.ts'

/** The frame of every page: navigation, and whether the page is up to date. */
export function Shell() {
  useTabTitle()
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">
        Skip to content
      </a>
      <NavRail />
      <div className={styles.page}>
        <ConnectionBanner />
        <main id="main" className={styles.main} tabIndex={-1}>
          <ClassPoliciesProvider>
            <Outlet />
          </ClassPoliciesProvider>
        </main>
      </div>
      <StateAnnouncer />
    </div>
  )
}
