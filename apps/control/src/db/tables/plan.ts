/** What plans are made for: the sources of the channel's last broadcast, so that a restart in mid-show plans the same. */
export type ChannelPlanTable = {
  channel_id: string
  /** The start of that broadcast, as its engine says; null: unknown. */
  broadcast: string | null
  /** JSON list, the first stable source first. */
  sources: string
  at_ms: number
}

/** What encoding costs on a machine, measured once: JSON by the machine's processor, cores and version of the encoders. */
export type CalibrationTable = {
  machine: string
  calibration: string
  at_ms: number
}
