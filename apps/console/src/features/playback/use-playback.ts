import { Channel, ChannelProbes, PlaybackMark, PlaybackStats, Player, pageOf, paths, type ViewingPatch } from '@sluice/contract/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { call, channelAnswer } from '../../live/index.ts'

/** Players report every 10 s: asking more often shows the same. */
const everyMs = 5000
const probesEveryMs = 2000

/** What viewers saw in the last 15 minutes, fetched while the panel is open. */
export const usePlayback = (channelId: string) =>
  useQuery({
    queryKey: ['playback', channelId],
    queryFn: () => call('GET', paths.channelPlaybackStats(channelId), PlaybackStats),
    refetchInterval: everyMs,
  })

/** What probes see, fetched while the panel is open: they look every 2 s. */
export const useProbes = (channelId: string) =>
  useQuery({
    queryKey: ['probes', channelId],
    queryFn: () => call('GET', paths.channelProbes(channelId), ChannelProbes),
    refetchInterval: probesEveryMs,
  })

export const usePlayers = (channelId: string) =>
  useQuery({ queryKey: ['players', channelId], queryFn: () => call('GET', paths.channelPlayers(channelId), pageOf(Player)) })

export function useSetViewing(channelId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (viewing: ViewingPatch) => call('PATCH', paths.channel(channelId), Channel, { viewing }),
    ...channelAnswer(client, channelId),
  })
}

/** Notes a complaint at this moment, or so many minutes ago. */
export function useComplain(channelId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ text, minutesAgo }: { text: string; minutesAgo: number }) =>
      call('POST', paths.channelComplaints(channelId), PlaybackMark, {
        text,
        at: new Date(Date.now() - minutesAgo * 60_000).toISOString(),
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['playback', channelId] }),
  })
}
