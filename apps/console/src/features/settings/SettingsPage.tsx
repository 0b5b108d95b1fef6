import { PageHead } from '../../ui/layout/index.ts'
import { AccountPanel } from './parts/AccountPanel.tsx'
import { ApiKeysPanel } from './parts/ApiKeysPanel.tsx'
import { AppearancePanel } from './parts/AppearancePanel.tsx'
import { ClassesPanel } from './parts/ClassesPanel.tsx'
import { SessionsPanel } from './parts/SessionsPanel.tsx'
import { UplinkPanel } from './parts/UplinkPanel.tsx'
import { WorkspacesPanel } from './parts/WorkspacesPanel.tsx'
import styles from './SettingsPage.module.css'

export function SettingsPage() {
  return (
    <div className={styles.page}>
      <PageHead title="Settings" />
      <div className={styles.panels}>
        <ClassesPanel />
        <ApiKeysPanel />
        <WorkspacesPanel />
        <UplinkPanel />
        <AppearancePanel />
        <AccountPanel />
        <SessionsPanel />
      </div>
    </div>
  )
}
