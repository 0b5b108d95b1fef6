export { channelAnswer, outputAnswer } from './answers.ts'
export { call, ignored, listAll, upload } from './api-client.ts'
export { ApiError } from './api-error.ts'
export { keys } from './keys.ts'
export { LiveProvider } from './LiveProvider.tsx'
export {
  useActivity,
  useAllTriage,
  useCan,
  useCatalogue,
  useChannel,
  useChannels,
  useClips,
  useDestinations,
  useOutputs,
  usePolicies,
  useRollback,
  useSessionQuery,
  useTimeline,
  useTriage,
} from './queries.ts'
export { openQueryClient } from './query-client.ts'
export { signedOut } from './signed-out.ts'
export type { Sample } from './stats-store.ts'
export { useSignOut, useWorkspaceSwitch } from './use-account.ts'
export {
  useBitrate,
  useBroadcast,
  useConnection,
  useHistories,
  useHistory,
  useHistorySeed,
  useInputStats,
  useLastEvent,
  useNow,
  useOutputStats,
  useStats,
} from './use-live.ts'
export { useThumbnail } from './use-thumbnail.ts'
