import { ApiKey, type CreateApiKeyBody, CreatedApiKey, paths } from '@sluice/contract/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { call, ignored, keys, listAll } from '../../live/index.ts'

export function useApiKeys(isAllowed: boolean) {
  return useQuery({ queryKey: keys.apiKeys, queryFn: () => listAll(paths.apiKeys, ApiKey), enabled: isAllowed })
}

/** The answer is the only time that the key itself is seen. */
export function useCreateApiKey() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: CreateApiKeyBody) => call('POST', paths.apiKeys, CreatedApiKey, body),
    onSuccess: () => void client.invalidateQueries({ queryKey: keys.apiKeys }),
  })
}

export function useDeleteApiKey() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => call('DELETE', paths.apiKey(id), ignored),
    onSuccess: () => void client.invalidateQueries({ queryKey: keys.apiKeys }),
  })
}
