import { CreatedInvitation, type CreateInvitationBody, Invitation, Member, paths, type Role, SignInOptions } from '@sluice/contract/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { call, ignored, keys, listAll } from '../../live/index.ts'

export const useMembers = () => useQuery({ queryKey: keys.members, queryFn: () => listAll(paths.members, Member) })

export const useInvitations = (isAllowed: boolean) =>
  useQuery({ queryKey: keys.invitations, queryFn: () => listAll(paths.invitations, Invitation), enabled: isAllowed })

/** Whether Sluice sends mail. */
export const useSendsMail = (): boolean =>
  useQuery({
    queryKey: keys.signInOptions,
    queryFn: () => call('GET', paths.signInOptions, SignInOptions),
    staleTime: Number.POSITIVE_INFINITY,
  }).data?.canResetByMail ?? false

export function useInvite() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: CreateInvitationBody) => call('POST', paths.invitations, CreatedInvitation, body),
    onSuccess: () => void client.invalidateQueries({ queryKey: keys.invitations }),
  })
}

export function useRevoke() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => call('DELETE', paths.invitation(id), ignored),
    onSettled: () => void client.invalidateQueries({ queryKey: keys.invitations }),
  })
}

export type PersonChange = { readonly userId: string; readonly what: Role | 'sign-out' | 'remove' }

/** A role, the end of somebody's sessions, or of their place here. */
export function useChangePerson() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async ({ userId, what }: PersonChange) => {
      if (what === 'remove') await call('DELETE', paths.member(userId), ignored)
      else if (what === 'sign-out') await call('DELETE', paths.memberSessions(userId), ignored)
      else await call('PATCH', paths.member(userId), Member, { role: what })
    },
    onSettled: () => void client.invalidateQueries({ queryKey: keys.members }),
  })
}
