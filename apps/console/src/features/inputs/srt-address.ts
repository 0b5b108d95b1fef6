import { isSrt, readAddress } from '@sluice/base/address'

/** An input's SRT address in the forms that encoders ask for. All of them hold the stream key. */
export type SrtForms = {
  /** OBS and ffmpeg: one address, with a latency in microseconds. */
  readonly ffmpeg: string
  /** libsrt's own tools: the same with milliseconds. */
  readonly libsrt: string
  /** vMix and hardware encoders: fields. */
  readonly host: string
  readonly port: string
  readonly streamId: string
  /** Where an encoder insists on SRT's own syntax. */
  readonly accessControl: string
}

/** Out of the address that the API gives: `srt://host:port?streamid=publish:KEY`. */
export function srtForms(url: string, input: { latencyMs: number; hasPassphrase: boolean }): SrtForms {
  const address = readAddress(url)
  const streamId = address !== null && isSrt(address) ? address.srt.streamId : ''
  const secret = input.hasPassphrase ? '&passphrase=YOUR-PASSPHRASE' : ''
  const key = streamId.replace(/^publish:/, '')
  return {
    ffmpeg: `${url}${secret}&latency=${input.latencyMs * 1000}`,
    libsrt: `${url}${secret}&latency=${input.latencyMs}`,
    host: address?.host ?? '',
    port: `${address?.port ?? ''}`,
    streamId,
    accessControl: `#!::r=${key},m=publish`,
  }
}
