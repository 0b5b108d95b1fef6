import { type PatchPolicyBody, PolicyVersion, paths } from '@sluice/contract/api'
import type { OutputClass } from '@sluice/contract/policy'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { call, keys, listAll } from '../../live/index.ts'

/** Every version of a class since its first edit, newest first. */
export function usePolicyVersions(outputClass: OutputClass) {
  return useQuery({
    queryKey: keys.policyVersions(outputClass),
    queryFn: () => listAll(paths.policyVersions(outputClass), PolicyVersion),
  })
}

/** Edits a class, or goes back to the shipped one (`reset`). Refused when somebody else was faster. */
export function useChangePolicy(outputClass: OutputClass) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ reset, ...body }: PatchPolicyBody & { reset?: boolean }) => {
      const path = paths.policy(outputClass)
      if (reset !== true) return call('PATCH', path, PolicyVersion, body)
      return call('DELETE', `${path}?${new URLSearchParams({ version: String(body.version), reason: body.reason })}`, PolicyVersion)
    },
    onSettled: () => void client.invalidateQueries({ queryKey: keys.policies }),
  })
}
