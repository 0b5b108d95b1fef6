import { Channel, type EventPagePatch, type PageImageKind, pageImageTypes, paths } from '@sluice/contract/api'
import { useMutation } from '@tanstack/react-query'
import { call, upload } from '../../live/index.ts'
import { useKeep } from './use-channel-actions.ts'

export function useSavePage(channelId: string) {
  const onSuccess = useKeep('page')
  return useMutation({
    mutationFn: (page: EventPagePatch) => call('PATCH', paths.channel(channelId), Channel, { page }),
    onSuccess,
  })
}

export function usePageImage(channelId: string, kind: PageImageKind) {
  const onSuccess = useKeep('page')
  return useMutation({
    mutationFn(file: File | null) {
      const path = paths.pageImage(channelId, kind)
      if (file === null) return call('DELETE', path, Channel)
      if (!(pageImageTypes as readonly string[]).includes(file.type)) throw new Error(`${file.name} is not a JPEG, PNG or WebP.`)
      const stop = new AbortController().signal
      return upload(path, file, { method: 'PUT', type: file.type, schema: Channel, onProgress() {}, stop })
    },
    onSuccess,
  })
}
