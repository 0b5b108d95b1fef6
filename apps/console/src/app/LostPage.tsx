import { IconMapQuestion } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { EmptyState } from '../ui/layout/index.ts'

export function LostPage() {
  return (
    <EmptyState Icon={IconMapQuestion} title="There is nothing at this address" action={<Link to="/">All channels</Link>}>
      It may have been deleted, or it belongs to another workspace.
    </EmptyState>
  )
}
