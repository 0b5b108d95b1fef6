export {
  isContentFault,
  lastingFaultCodes,
  type OutputFaultCode,
  outputFaultCodes,
  type ProbeFaultCode,
  type ProbeFormat,
  probeFaultCodes,
  probeFormats,
} from './faults.ts'
export {
  type ChannelLook,
  type ChannelTarget,
  type ContentLimits,
  FromProber,
  type OutputLook,
  type OutputTarget,
  type ProbeFault,
  type ProberBeat,
  type ProberSetup,
  ToProber,
} from './messages.ts'
