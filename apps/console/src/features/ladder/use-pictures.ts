import { Picture, pageOf, paths } from '@sluice/contract/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { call, upload } from '../../live/index.ts'

const picturesKey = ['pictures'] as const

/** The pictures of the workspace that rungs can show. */
export const usePictures = () =>
  useQuery({ queryKey: picturesKey, queryFn: async () => (await call('GET', paths.pictures, pageOf(Picture))).items })

/** Sends a picture; `onDone` gets it once the list has it. */
export function useUploadPicture(onDone: (picture: Picture) => void) {
  const client = useQueryClient()
  const mutation = useMutation({
    mutationFn: (file: File) => {
      const name = file.name.replace(/\.[^.]*$/, '') || file.name
      const options = { type: file.type, schema: Picture, onProgress() {}, stop: new AbortController().signal }
      return upload(`${paths.pictures}?${new URLSearchParams({ name })}`, file, options)
    },
    async onSuccess(picture) {
      await client.invalidateQueries({ queryKey: picturesKey })
      onDone(picture)
    },
  })
  return { send: mutation.mutate, isSending: mutation.isPending, error: mutation.error }
}
