export {
  AudioFacts,
  ChannelActual,
  ContentMeasures,
  handoverStates,
  InputActual,
  InputStats,
  OutputActual,
  OutputHandover,
  type OutputNeed,
  type OutputState,
  OutputStats,
  outputNeeds,
  outputStates,
  PlaybackActual,
  PlaybackLimit,
  PlaybackStats,
  PullActual,
  SlateActual,
  type SourceState,
  SrtAdvice,
  sourceStates,
  VideoFacts,
} from './actual.ts'
export {
  Conformity,
  ConformityDifference,
  ContentTriggers,
  conformityFields,
  pictureTriggerRanges,
  RehearsalResult,
  SettledFigures,
  ShadowOrder,
  SourceCommand,
  SourceLock,
  SourcePolicy,
  SwitchEffect,
  SwitchFigures,
} from './failover.ts'
export { EngineEvent, EngineHello, type EventDraft, FromEngine } from './from-engine.ts'
export {
  InputNotice,
  InputNoticeDraft,
  maxInputNotices,
  maxNoticeSubject,
  type NoticeCode,
  type NoticeMedia,
  noticeCodes,
  noticeMedia,
} from './input-notice.ts'
export { type NoticeWords, noticeOfMissing, noticesInForce, noticeWords } from './input-notice-words.ts'
export { InputRole, inputRoles, isInputRole, rankOf, roleName } from './input-role.ts'
export { encodeLine, LineDecoder } from './line-codec.ts'
export { Broadcast, BroadcastFigures, isAimMet, ProcessingTimes, PublishSuccess, publishAim } from './measures.ts'
export { needWords } from './output-need-words.ts'
export { ProbeRequest, ProbeStep, type ProbeStepName, probeSteps } from './probe.ts'
export { ChannelSpec, Directory, InputSpec, linkVersion, OutputSpec, ToEngine } from './to-engine.ts'
