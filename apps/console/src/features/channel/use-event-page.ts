import { Channel, type EventPagePatch, type PageImageKind, pageImageTypes, paths } from '@sluice/contract/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { call, channelAnswer, upload } from '../../live/index.ts'

export function useSavePage(channelId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (page: EventPagePatch) => call('PATCH', paths.channel(channelId), Channel, { page }),
    ...channelAnswer(client, channelId),
  })
}

export function usePageImage(channelId: string, kind: PageImageKind) {
  const client = useQueryClient()
  return useMutation({
    mutationFn(file: File | null) {
      const path = paths.pageImage(channelId, kind)
      if (file === null) return call('DELETE', path, Channel)
      if (!(pageImageTypes as readonly string[]).includes(file.type)) throw new Error(`${file.name} is not a JPEG, PNG or WebP.`)
      const stop = new AbortController().signal
      return upload(path, file, { method: 'PUT', type: file.type, schema: Channel, onProgress() {}, stop })
    },
    ...channelAnswer(client, channelId),
  })
}
