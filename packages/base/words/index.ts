export {
  type AudioCodec,
  audioCodecs,
  type Codec,
  codecName,
  codecNames,
  type DataCodec,
  dataName,
  type VideoCodec,
  videoCodecs,
} from './codec.ts'
export { encoderName } from './encoder-name.ts'
export { type InputRole, inputRoles, isInputRole, rankOf, roleName } from './input-role.ts'
export {
  type DesiredState,
  desiredStates,
  type HandoverState,
  handoverStates,
  type OutputNeed,
  type OutputState,
  outputNeeds,
  outputStates,
} from './output-state.ts'
export {
  type InputProtocol,
  inputProtocols,
  isPushProtocol,
  type PushProtocol,
  protocolNames,
  pushProtocols,
  type RtmpProtocol,
} from './protocol.ts'
export {
  type ContentFault,
  contentFaults,
  type MeasuredFault,
  measuredFaults,
  type SourceName,
  type SwitchCause,
  sourceNames,
  switchCauses,
} from './source.ts'
