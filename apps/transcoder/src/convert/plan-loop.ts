/** How much of a clip becomes the loop: whole pictures, and whole packets of audio that last as long to within `slipMs`. */
export type LoopPlan = { readonly pictures: number; readonly packets: number; readonly slipMs: number }

export type Rational = { readonly num: number; readonly den: number }

/** Pictures that may be left off at the end for a better fit. */
const maxTrim = 24

/**
 * Cuts a loop of at most `maxMs` such that both tracks end together: a loop whose tracks end apart would shift sound against picture
 * with each round, or leave a hole. The packets are exact; the last picture stands `slipMs` longer or shorter. At 30 fps and 48 kHz
 * each 16 pictures fit exactly; `packetSamples` 0: no audio.
 */
export function planLoop(maxMs: number, fps: Rational, sampleRate: number, packetSamples: number): LoopPlan {
  const pictureMs = (1000 * fps.den) / fps.num
  const most = Math.max(1, Math.floor(maxMs / pictureMs + 1e-6))
  if (packetSamples === 0) return { pictures: most, packets: 0, slipMs: 0 }
  const packetMs = (1000 * packetSamples) / sampleRate
  let best: LoopPlan | null = null
  for (let pictures = most; pictures >= Math.max(1, most - maxTrim, Math.ceil(most / 2)); pictures--) {
    const packets = Math.max(1, Math.round((pictures * pictureMs) / packetMs))
    const slipMs = Math.round((packets * packetMs - pictures * pictureMs) * 1e6) / 1e6 + 0
    // A microsecond better is no reason to be a picture shorter.
    if (best === null || Math.abs(slipMs) < Math.abs(best.slipMs) - 0.001) best = { pictures, packets, slipMs }
  }
  return best!
}
