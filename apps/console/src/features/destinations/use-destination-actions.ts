import { type CreateDestinationBody, Destination, type PatchDestinationBody, paths } from '@sluice/contract/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { call, ignored, keys } from '../../live/index.ts'

function useRefetch(): () => void {
  const client = useQueryClient()
  return () => void client.invalidateQueries({ queryKey: keys.destinations })
}

export function useCreateDestination() {
  return useMutation({
    mutationFn: (body: CreateDestinationBody) => call('POST', paths.destinations, Destination, body),
    onSuccess: useRefetch(),
  })
}

export function usePatchDestination(id: string) {
  return useMutation({
    mutationFn: (body: PatchDestinationBody) => call('PATCH', paths.destination(id), Destination, body),
    onSuccess: useRefetch(),
  })
}

export function useDeleteDestination(id: string) {
  return useMutation({ mutationFn: () => call('DELETE', paths.destination(id), ignored), onSuccess: useRefetch() })
}
