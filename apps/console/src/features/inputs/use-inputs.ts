import { type InputRole, rankOf } from '@sluice/base/words'
import { Channel, Input, type PatchInputBody, paths, type SourceLock, Switches } from '@sluice/contract/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { call, channelAnswer, ignored, keys } from '../../live/index.ts'

/** The answer shows at once, unless the stream has brought the channel anew since the call began: see `channelAnswer`. */
export function usePatchInput(channelId: string, inputId: string) {
  const client = useQueryClient()
  const { onMutate, onSuccess } = channelAnswer(client, channelId)
  return useMutation({
    mutationFn: (body: PatchInputBody) => call('PATCH', paths.input(inputId), Input, body),
    onMutate,
    onSuccess(input, asked, before) {
      if (before === undefined) return
      const inputs = before.inputs.map((other) => (other.id === input.id ? input : other))
      onSuccess({ ...before, inputs }, asked, before)
    },
  })
}

/** What the stream tells of the channel follows at once; until then its list stays as it was. */
const useChangeInputs = (channelId: string) => {
  const client = useQueryClient()
  return (change: (inputs: Channel['inputs']) => Channel['inputs']): void =>
    void client.setQueryData<Channel[]>(keys.channels, (list) =>
      list?.map((channel) => (channel.id === channelId ? { ...channel, inputs: change(channel.inputs) } : channel)),
    )
}

/** Adds the next free backup. */
export function useAddInput(channelId: string) {
  const changeInputs = useChangeInputs(channelId)
  return useMutation({
    mutationFn: () => call('POST', paths.channelInputs(channelId), Input, {}),
    onSuccess: (made) => changeInputs((inputs) => byRank([...inputs.filter(({ id }) => id !== made.id), made])),
  })
}

export function useRemoveInput(channelId: string) {
  const changeInputs = useChangeInputs(channelId)
  return useMutation({
    mutationFn: (inputId: string) => call('DELETE', paths.input(inputId), ignored),
    onSuccess: (_, inputId) => changeInputs((inputs) => inputs.filter(({ id }) => id !== inputId)),
  })
}

/** Swaps two inputs. */
export function useMoveInput(channelId: string) {
  const changeInputs = useChangeInputs(channelId)
  return useMutation({
    mutationFn: ({ inputId, role }: { inputId: string; role: InputRole }) => call('PATCH', paths.input(inputId), Input, { role }),
    onSuccess: ({ id, role }) =>
      changeInputs((inputs) => {
        const before = inputs.find((input) => input.id === id)?.role ?? role
        return byRank(
          inputs.map((input) => (input.id === id ? { ...input, role } : input.role === role ? { ...input, role: before } : input)),
        )
      }),
  })
}

const byRank = (inputs: Channel['inputs']): Channel['inputs'] => inputs.toSorted((a, b) => rankOf(a.role) - rankOf(b.role))

/** Which input feeds the channel: chosen automatically, or locked to one. */
export function useLockSource(channelId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (lock: SourceLock) => call('POST', paths.channelSource(channelId), Channel, { lock }),
    ...channelAnswer(client, channelId),
  })
}

/** Switches to an input once, without a lock. */
export function useSwitchSource(channelId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (take: InputRole) => call('POST', paths.channelSource(channelId), Channel, { take }),
    ...channelAnswer(client, channelId),
  })
}

/** The effect of a switch on the outputs is known ten seconds after it. */
const refreshMs = 12_000

/** The last switches of source; fetched again with each change of source. */
export function useSwitches(channel: Channel) {
  return useQuery({
    queryKey: ['switches', channel.id, channel.source, channel.since],
    queryFn: () => call('GET', paths.channelSwitches(channel.id), Switches),
    placeholderData: (before) => before,
    refetchInterval: refreshMs,
  })
}
