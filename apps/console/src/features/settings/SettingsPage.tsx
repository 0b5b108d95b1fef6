import { ApiKeysPanel } from './parts/ApiKeysPanel.tsx'
import { ClassesPanel } from './parts/ClassesPanel.tsx'
import { DeleteWorkspacePanel } from './parts/DeleteWorkspacePanel.tsx'
import { WorkspacePanel } from './parts/WorkspacePanel.tsx'
import { WorkspacesPanel } from './parts/WorkspacesPanel.tsx'

/** What holds for the whole workspace. */
export function SettingsPage() {
  return (
    <>
      <ClassesPanel />
      <ApiKeysPanel />
      <WorkspacePanel />
      <WorkspacesPanel />
      <DeleteWorkspacePanel />
    </>
  )
}
