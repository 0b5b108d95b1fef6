import { Channel, type ChannelRecordingPatch, type PatchRecordingBody, pageOf, paths, Recording } from '@sluice/contract/api'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { call, channelAnswer, ignored } from '../../live/index.ts'

const pageSize = 20
/** One that runs grows, and one that ended is checked. */
const everyMs = 3000

const keyOf = (channelId: string) => ['recordings', channelId]

/** Recordings of a channel, newest first, a page at a time. */
export const useRecordings = (channelId: string) =>
  useInfiniteQuery({
    queryKey: keyOf(channelId),
    queryFn: ({ pageParam }) => {
      const query = new URLSearchParams({ limit: String(pageSize), ...(pageParam === '' ? {} : { after: pageParam }) })
      return call('GET', `${paths.channelRecordings(channelId)}?${query}`, pageOf(Recording))
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    refetchInterval: everyMs,
  })

/** What can be done with recordings of a channel; the list is read again after each. */
export function useRecordingAct<Asked>(channelId: string, act: (asked: Asked) => Promise<unknown>) {
  const client = useQueryClient()
  return useMutation({ mutationFn: act, onSuccess: () => void client.invalidateQueries({ queryKey: keyOf(channelId) }) })
}

export const startRecording = (channelId: string): Promise<Recording> => call('POST', paths.channelRecordings(channelId), Recording)
export const stopRecording = (id: string): Promise<Recording> => call('POST', paths.recordingStop(id), Recording)
export const patchRecording = ({ id, ...patch }: PatchRecordingBody & { id: string }): Promise<Recording> =>
  call('PATCH', paths.recording(id), Recording, patch)
export const deleteRecording = (id: string): Promise<unknown> => call('DELETE', paths.recording(id), ignored)

export function useSetRecording(channelId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (recording: ChannelRecordingPatch) => call('PATCH', paths.channel(channelId), Channel, { recording }),
    ...channelAnswer(client, channelId),
  })
}
