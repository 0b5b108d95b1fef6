import { IconMapQuestion } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { EmptyState } from '../ui/layout/index.ts'

export function LostPage() {
  return (
    <EmptyState Icon={IconMapQuestion} title="Page not found" action={<Link to="/">All channels</Link>}>
      It may have been deleted, or it may belong to another workspace.
    </EmptyState>
  )
}
