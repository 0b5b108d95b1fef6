export { encodeLine, LineDecoder, linkVersion } from '../wire/index.ts'
export {
  AudioFacts,
  BufferPolicy,
  ChannelActual,
  ContentMeasures,
  InputActual,
  InputStats,
  OutputActual,
  OutputHandover,
  OutputStats,
  PlaybackLimit,
  PlaybackStats,
  PullActual,
  SlateActual,
  VideoFacts,
} from './actual.ts'
export { faultOfData, type NewEvent } from './event-data.ts'
export {
  Conformity,
  ConformityDifference,
  ContentTriggers,
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
} from './input-notice.ts'
export { noticeOfMissing, noticesInForce, noticeWords } from './input-notice-words.ts'
export { InputRole } from './input-role.ts'
export { LineAdvice, LineStats } from './line.ts'
export {
  Broadcast,
  type BroadcastEnd,
  BroadcastFigures,
  broadcastEnds,
  isAimMet,
  ProcessingTimes,
  PublishSuccess,
  publishAim,
} from './measures.ts'
export { needWords } from './output-need-words.ts'
export { ProbeRequest, ProbeStep, type ProbeStepName } from './probe.ts'
export {
  type RecordingEnd,
  RecordingProblem,
  RecordingSpec,
  RecordingStats,
  recordingEnds,
} from './recording.ts'
export {
  BundleSpec,
  Calibration,
  fieldRate,
  HardwareEncoder,
  type HardwareKind,
  HardwareRefusal,
  type HdrTransfer,
  maxOverlays,
  RungActual,
  RungAudio,
  RungOverlay,
  RungSpec,
  RungStats,
  RungVideo,
  rungFits,
  rungPresets,
} from './rung.ts'
export { ChannelSpec, Directory, InputSpec, maxDelayBytes, maxOutputDelayMs, OutputSpec, ToEngine } from './to-engine.ts'
