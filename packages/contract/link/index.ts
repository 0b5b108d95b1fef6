export {
  AudioFacts,
  ChannelActual,
  InputActual,
  InputStats,
  OutputActual,
  type OutputState,
  OutputStats,
  outputStates,
  PlaybackStats,
  PullActual,
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
  RehearsalResult,
  SettledFigures,
  SourceCommand,
  SourcePolicy,
  SwitchEffect,
  SwitchFigures,
} from './failover.ts'
export { EngineEvent, EngineHello, FromEngine } from './from-engine.ts'
export { encodeLine, LineDecoder } from './line-codec.ts'
export { Broadcast, BroadcastFigures, isAimMet, ProcessingTimes, PublishSuccess, publishAim } from './measures.ts'
export { ProbeRequest, ProbeStep, type ProbeStepName, probeSteps } from './probe.ts'
export { ChannelSpec, Directory, InputSpec, linkVersion, OutputSpec, ToEngine } from './to-engine.ts'
