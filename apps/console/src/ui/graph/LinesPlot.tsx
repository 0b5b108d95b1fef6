import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { type Mark, markLooks } from './event-marks.ts'
import { graphColumns } from './graph-columns.ts'
import styles from './LinesGraph.module.css'
import type { Line, LinesGraphProps } from './LinesGraph.tsx'

const headroom = 1.15

/** The uPlot behind LinesGraph: made once, fed each second, sized with its box. */
export default function LinesPlot({ lines, endMs, windowMs, minTop, marks = [] }: LinesGraphProps) {
  const box = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const shownMarks = useRef(marks)
  shownMarks.current = marks
  const colorScheme = useComputedColorScheme('light')
  const looks = lines.map((line) => `${line.colour} ${line.look ?? 'plain'}`).join()

  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read from CSS, which changes with the scheme; `looks` stands for the lines
  useEffect(() => {
    const element = box.current
    if (element === null) return
    const made = new uPlot(
      options(element, lines, minTop, () => shownMarks.current),
      [[], ...lines.map(() => [])],
      element,
    )
    plot.current = made
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: element.clientHeight }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      made.destroy()
      plot.current = null
    }
  }, [colorScheme, looks, minTop])

  useEffect(() => {
    plot.current?.batch(() => {
      plot.current?.setData(graphColumns(lines.map((line) => line.points)), false)
      plot.current?.setScale('x', { min: (endMs - windowMs) / 1000, max: endMs / 1000 })
    })
  })

  return <div ref={box} className={styles.plot} />
}

function options(element: HTMLElement, lines: readonly Line[], minTop: number, marks: () => readonly Mark[]): uPlot.Options {
  const css = getComputedStyle(document.documentElement)
  const colour = (name: string): string => css.getPropertyValue(name).trim()
  const font = `12px ${getComputedStyle(element).fontFamily}`
  const axis = { font, stroke: colour('--ink-3'), ticks: { show: false } }
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    legend: { show: false },
    cursor: { show: false },
    // The last time label is centred on its minute and reaches over the edge.
    padding: [8, 18, 0, 0],
    scales: { x: { time: true }, y: { range: (_plot, _min, max) => [0, Math.max(minTop, (max ?? 0) * headroom)] } },
    axes: [
      { ...axis, size: 22, space: 90, grid: { show: false }, values: (_plot, splits) => splits.map(clockLabel) },
      { ...axis, size: 38, space: 34, grid: { stroke: colour('--line'), width: 1 } },
    ],
    hooks: { draw: [(drawn) => drawMarks(drawn, marks(), colour)] },
    series: [{}, ...lines.map((line) => seriesOf(line, colour(line.colour)))],
  }
}

const dashes = { dotted: [2, 3], dashed: [7, 4], solid: [] as number[] }

function drawMarks(plot: uPlot, marks: readonly Mark[], colour: (name: string) => string): void {
  const { ctx, bbox, scales } = plot
  ctx.save()
  ctx.lineWidth = 2 * devicePixelRatio
  for (const { atMs, kind } of marks) {
    const second = atMs / 1000
    if (second < (scales['x']?.min ?? 0) || second > (scales['x']?.max ?? 0)) continue
    const x = Math.round(plot.valToPos(second, 'x', true))
    ctx.strokeStyle = colour(markLooks[kind].colour)
    ctx.setLineDash(dashes[markLooks[kind].line].map((px) => px * devicePixelRatio))
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
    ctx.stroke()
  }
  ctx.restore()
}

function seriesOf({ look }: Line, stroke: string): uPlot.Series {
  const base = { stroke, width: 1.5, points: { show: false } }
  if (look === 'dashed') return { ...base, width: 1, dash: [4, 4] }
  return look === 'filled' ? { ...base, fill: `color-mix(in srgb, ${stroke} 16%, transparent)` } : base
}

function clockLabel(second: number): string {
  return new Date(second * 1000).toTimeString().slice(0, 5)
}
