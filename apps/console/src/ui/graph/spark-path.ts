export type Point = { readonly atMs: number; readonly value: number }

/**
 * An SVG path (line, and the area below it) of the points inside the window that ends at `endMs`, in a box of `width` x `height`.
 * `max` is the value at the top. A gap of over `gapMs` breaks the line, because nothing is known of it.
 */
export function sparkPath(
  points: readonly Point[],
  box: { width: number; height: number; endMs: number; windowMs: number; max: number; gapMs: number },
): { line: string; area: string } {
  const x = (atMs: number): number => round(((atMs - (box.endMs - box.windowMs)) / box.windowMs) * box.width)
  const y = (value: number): number => round(box.height - Math.min(1, value / Math.max(1, box.max)) * box.height)
  if (points.every(({ value }) => value === 0)) return { line: '', area: '' }
  let line = ''
  let area = ''
  let last: Point | undefined
  for (const point of points) {
    if (point.atMs < box.endMs - box.windowMs) continue
    const isNew = last === undefined || point.atMs - last.atMs > box.gapMs
    if (isNew && last !== undefined) area += `L${x(last.atMs)} ${box.height}Z`
    line += `${isNew ? 'M' : 'L'}${x(point.atMs)} ${y(point.value)}`
    area += isNew ? `M${x(point.atMs)} ${box.height}L${x(point.atMs)} ${y(point.value)}` : `L${x(point.atMs)} ${y(point.value)}`
    last = point
  }
  if (last !== undefined) area += `L${x(last.atMs)} ${box.height}Z`
  return { line, area }
}

const round = (value: number): number => Math.round(value * 10) / 10
