/** What encoders claim to be in RTMP's connect, because servers of old asked for it: Adobe's, which is long gone. */
const disguise = /^FMLE\/[\d.]+ \(compatible; (.*)\)$/

/**
 * An encoder's name as people know it, out of what it says of itself in RTMP's connect or in onMetaData; null where that says nothing: OBS and
 * many others claim to be Adobe's encoder.
 */
export function encoderName(said: string): string | null {
  const text = (disguise.exec(said)?.[1] ?? said).trim()
  if (text === '' || /^(FMS|FMSc|FMLE)\/?[\d.]*$/i.test(text)) return null
  const obs = /^obs-(?:output module|studio).*?\(?libobs(?: version)? ([\d.]+)\)?/i.exec(text)?.[1]
  if (obs !== undefined) return `OBS ${obs}`
  const lavf = /^Lavf\/?(\d+\.\d+)/.exec(text)?.[1]
  return lavf === undefined ? text : `FFmpeg (Lavf ${lavf})`
}
