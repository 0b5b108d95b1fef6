import { Clip, paths } from '@sluice/contract/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { call, ignored, keys, upload } from '../../live/index.ts'
import { contentTypeOf, fileEndings, nameOf } from './clip-words.ts'

/** A file that is on its way: how much of it has left, 0..1. */
export type Sending = { readonly name: string; readonly share: number; stop(): void }

/** Sends one file at a time. `error` is that of the last one; stopping it is none. */
export function useUploadClip() {
  const client = useQueryClient()
  const [sending, setSending] = useState<Sending | null>(null)
  const mutation = useMutation({
    async mutationFn(file: File) {
      const type = contentTypeOf(file.name)
      if (type === null) throw new Error(`${file.name} can't be used as a clip. Accepted file types: ${fileEndings.join(' ')}`)
      const stopper = new AbortController()
      const stop = (): void => stopper.abort()
      const name = nameOf(file.name)
      const onProgress = (share: number): void => setSending({ name, share, stop })
      onProgress(0)
      try {
        const query = new URLSearchParams({ name })
        return await upload(`${paths.clips}?${query}`, file, { type, schema: Clip, onProgress, stop: stopper.signal })
      } catch (error) {
        if (stopper.signal.aborted) return null
        throw error
      } finally {
        setSending(null)
      }
    },
    onSettled: () => void client.invalidateQueries({ queryKey: keys.clips }),
  })
  return { send: mutation.mutate, sending, error: mutation.error }
}

export function useDeleteClip(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => call('DELETE', paths.clip(id), ignored),
    onSuccess: () => void client.invalidateQueries({ queryKey: keys.clips }),
  })
}
