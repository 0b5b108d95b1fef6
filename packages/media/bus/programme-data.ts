/**
 * A message of timed data beside the media: a cue point, a text, a caption. It belongs to no track, so that nobody has to decode,
 * cache or splice it: whoever can carry it does so at its place between the frames. Spec: FLV 10.1 §E.5
 */
export type ProgrammeData = {
  /** 90 kHz, on the time of the frames around it. */
  readonly dts: number
  /** AMF0 values, the first one the message's name: checked, so that it can be sent on as it is. */
  readonly body: Uint8Array
  /** The publisher asked servers to keep it (`@setDataFrame`, which is not in `body`). */
  readonly isSet: boolean
}
