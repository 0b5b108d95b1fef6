import { InvitationsPanel } from './parts/InvitationsPanel.tsx'
import { MembersPanel } from './parts/MembersPanel.tsx'

/** Who is in the workspace, and who is invited. */
export function PeoplePage() {
  return (
    <>
      <MembersPanel />
      <InvitationsPanel />
    </>
  )
}
