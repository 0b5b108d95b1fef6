/** How high the water stands, 0..1: the bitrate over what the output should give, or over the source's while that is not known. */
export function levelOf(bitrateBps: number, targetKbps: number | undefined, sourceBps: number): number {
  const targetBps = targetKbps === undefined || targetKbps === 0 ? sourceBps : targetKbps * 1000
  // A whole gate would hide the mark: what is as it should be stands at three quarters.
  return targetBps > 0 ? Math.min(1, (bitrateBps / targetBps) * 0.75) : 0
}
