import { type ClassPolicies, classPolicies } from '@sluice/contract/policy'
import type { ReactNode } from 'react'
import { usePolicies } from '../../live/index.ts'
import { PoliciesContext } from '../../ui/platform/index.ts'

/** Gives every part of the page the classes as they hold in this workspace. */
export function ClassPoliciesProvider({ children }: { children: ReactNode }) {
  const { data: versions } = usePolicies()
  const own = versions === undefined ? [] : versions.map(({ policy }) => [policy.class, policy] as const)
  const policies: ClassPolicies = { ...classPolicies, ...Object.fromEntries(own) }
  return <PoliciesContext value={policies}>{children}</PoliciesContext>
}
