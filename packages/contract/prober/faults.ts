/** Ways in which a viewer can have the show; each is probed by itself. */
export const probeFormats = ['ll-hls', 'hls', 'dash'] as const
export type ProbeFormat = (typeof probeFormats)[number]

/** What a probe can find wrong with the address, the playlists and the media: each stops some player, or makes it stall. */
const deliveryFaultCodes = [
  'no-answer',
  'error-answer',
  'missing-file',
  'slow-answer',
  'unreadable',
  'target-changed',
  'sequence-back',
  'segment-changed',
  'discontinuity-back',
  'segment-long',
  'part-long',
  'hold-back',
  'policy-differs',
  'hint-broken',
  'reload-unheld',
  'stalled',
  'date-drift',
  'renditions-apart',
  'truncated',
  'times-broken',
  'no-key-frame',
  'av-offset',
] as const
/** What decoded pictures and sound show. */
const contentFaultCodes = ['undecodable', 'picture-black', 'picture-frozen', 'sound-silent'] as const

export const probeFaultCodes = [...deliveryFaultCodes, ...contentFaultCodes] as const
export type ProbeFaultCode = (typeof probeFaultCodes)[number]

/** A player that saw one of these has stopped for good, however the next reload looks. */
export const lastingFaultCodes: readonly ProbeFaultCode[] = ['target-changed', 'sequence-back', 'segment-changed', 'discontinuity-back']

export const isContentFault = (code: ProbeFaultCode): boolean => (contentFaultCodes as readonly ProbeFaultCode[]).includes(code)

/** Why a destination's own playback address shows nothing. */
export const outputFaultCodes = ['no-answer', 'error-answer', 'unreadable', 'not-moving', 'no-media', 'refused'] as const
export type OutputFaultCode = (typeof outputFaultCodes)[number]
