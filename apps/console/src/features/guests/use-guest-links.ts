import { CreatedGuestLink, type CreateGuestLinkBody, GuestLink, paths } from '@sluice/contract/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { call, keys, listAll } from '../../live/index.ts'

/** A channel's guest links; fetched now and then, because guests use them and they expire. */
export const useGuestLinks = (channelId: string) =>
  useQuery({
    queryKey: keys.guestLinks(channelId),
    queryFn: () => listAll(paths.channelGuestLinks(channelId), GuestLink),
    refetchInterval: 30_000,
  })

export function useInviteGuest(channelId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: CreateGuestLinkBody) => call('POST', paths.channelGuestLinks(channelId), CreatedGuestLink, body),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.guestLinks(channelId) }),
  })
}

export function useRevokeGuest(channelId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => call('DELETE', paths.guestLink(id), GuestLink),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.guestLinks(channelId) })
      void client.invalidateQueries({ queryKey: keys.destinations })
    },
  })
}
