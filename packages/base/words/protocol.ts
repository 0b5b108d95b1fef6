/** How an input's media can come in; `file` is a clip on the engine's own disk. */
export const inputProtocols = ['rtmp', 'rtmps', 'srt', 'hls', 'file'] as const
export type InputProtocol = (typeof inputProtocols)[number]

/** Protocols that an encoder calls the engine with, and that outputs call their destinations with. */
export const pushProtocols = ['rtmp', 'rtmps', 'srt'] as const
export type PushProtocol = (typeof pushProtocols)[number]

/** RTMP on a plain socket or over TLS. */
export type RtmpProtocol = Extract<PushProtocol, `rtmp${string}`>

export const isPushProtocol = (text: string): text is PushProtocol => (pushProtocols as readonly string[]).includes(text)

/** As people read it. */
export const protocolNames = {
  rtmp: 'RTMP',
  rtmps: 'RTMPS',
  srt: 'SRT',
  hls: 'HLS',
  file: 'File',
} as const satisfies Record<InputProtocol, string>
