import { type PatchWorkspaceSettingsBody, paths, Session, WorkspaceRef, WorkspaceSettings } from '@sluice/contract/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { call, ignored, keys } from '../../live/index.ts'

export const useWorkspaceSettings = () =>
  useQuery({ queryKey: keys.workspaceSettings, queryFn: () => call('GET', paths.workspaceSettings, WorkspaceSettings) })

export function useChangeSettings() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: PatchWorkspaceSettingsBody) => call('PATCH', paths.workspaceSettings, WorkspaceSettings, body),
    onSuccess: (settings) => client.setQueryData(keys.workspaceSettings, settings),
  })
}

export function useRenameWorkspace() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (name: string) => call('PATCH', paths.workspace, WorkspaceRef, { name }),
    onSuccess: () => void client.invalidateQueries({ queryKey: keys.session }),
  })
}

/** The session goes on in another workspace of the person, or ends with this one. */
export function useDeleteWorkspace() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (name: string) => {
      await call('DELETE', `${paths.workspace}?${new URLSearchParams({ name })}`, ignored)
      return call('GET', paths.session, Session).catch(() => null)
    },
    onSuccess: (session) => {
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== keys.session[0] })
      client.setQueryData(keys.session, session)
    },
  })
}
