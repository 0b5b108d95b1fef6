import { type ClassPolicies, classPolicies } from '@sluice/contract/policy'
import { createContext, use } from 'react'

/** What the classes say in this workspace. Until that is known they are shown as Sluice ships them. */
export const PoliciesContext = createContext<ClassPolicies>(classPolicies)

export const useClassPolicies = (): ClassPolicies => use(PoliciesContext)
