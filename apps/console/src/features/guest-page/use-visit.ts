import { GuestOutput, type GuestOutputBody, GuestPreflight, type GuestPreflightBody, GuestView, paths } from '@sluice/contract/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { call, ignored, keys } from '../../live/index.ts'

const lookMs = 4000

/** What the guest of this link sees, kept up to date while the page is open. */
export const useVisit = (token: string) =>
  useQuery({
    queryKey: keys.guest,
    queryFn: () => call('GET', paths.guest(token), GuestView),
    refetchInterval: (query) => (query.state.error === null ? lookMs : false),
    retry: false,
  })

function useRefresh(): () => void {
  const client = useQueryClient()
  return () => void client.invalidateQueries({ queryKey: keys.guest })
}

export function useAddOwn(token: string) {
  return useMutation({
    mutationFn: (body: GuestOutputBody) => call('POST', paths.guestOutputs(token), GuestOutput, body),
    onSuccess: useRefresh(),
  })
}

export function useReplaceOwnKey(token: string, id: string) {
  return useMutation({
    mutationFn: (streamKey: string) => call('PATCH', paths.guestOutput(token, id), GuestOutput, { streamKey }),
    onSuccess: useRefresh(),
  })
}

export function useRemoveOwn(token: string, id: string) {
  return useMutation({ mutationFn: () => call('DELETE', paths.guestOutput(token, id), ignored), onSuccess: useRefresh() })
}

export function useTryOwn(token: string) {
  return useMutation({ mutationFn: (body: GuestPreflightBody) => call('POST', paths.guestPreflight(token), GuestPreflight, body) })
}
