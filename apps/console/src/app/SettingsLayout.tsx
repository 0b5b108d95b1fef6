import { Link, Outlet } from '@tanstack/react-router'
import { useCan } from '../live/index.ts'
import { PageHead } from '../ui/layout/index.ts'
import styles from './SettingsLayout.module.css'

const sections = [
  { to: '/settings', label: 'Workspace' },
  { to: '/settings/people', label: 'People' },
  { to: '/settings/account', label: 'Account' },
  { to: '/settings/audit', label: 'Audit' },
] as const

/** The sections of the settings. One that the role does not reach is not there. */
export function SettingsLayout() {
  const hidden = { '/settings/people': !useCan('member:read'), '/settings/audit': !useCan('audit:read') } as Readonly<
    Record<string, boolean>
  >
  return (
    <div className={styles.page}>
      <PageHead title="Settings" />
      <nav className={styles.sections} aria-label="Settings">
        {sections
          .filter(({ to }) => hidden[to] !== true)
          .map(({ to, label }) => (
            <Link key={to} to={to} activeOptions={{ exact: true }}>
              {label}
            </Link>
          ))}
      </nav>
      <div className={styles.panels}>
        <Outlet />
      </div>
    </div>
  )
}
