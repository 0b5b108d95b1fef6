import type { Frame } from '@sluice/codecs/frame'

/**
 * The frame with a decoding time `shift` ticks later, so that the first picture of a run is shown when it is decoded: offsets of the pictures
 * behind it may be negative. Players lay a run of media where the one before it ended by its decoding times. With pictures that are shown later
 * than that hls.js 1.7 leaves a hole of as long at every splice, and stalls in it. Spec: ISO/IEC 23000-19 §7.5.16 and brand `cmf2`
 */
export const onShownTime = (frame: Frame, shift: number): Frame => (shift === 0 ? frame : { ...frame, dts: frame.dts + shift })
