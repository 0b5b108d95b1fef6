import { useMantineColorScheme } from '@mantine/core'
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import styles from './BitrateGraph.module.css'
import type { BitrateGraphProps } from './BitrateGraph.tsx'
import { graphColumns } from './graph-columns.ts'

const minTopMbps = 1
const headroom = 1.15

/** The uPlot behind BitrateGraph: made once, fed each second, sized with its box. */
export default function BitratePlot({ points, endMs, windowMs }: BitrateGraphProps) {
  const box = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const { colorScheme } = useMantineColorScheme()

  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read from CSS, which changes with the scheme
  useEffect(() => {
    const element = box.current
    if (element === null) return
    const made = new uPlot(options(element), [[], []], element)
    plot.current = made
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: element.clientHeight }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      made.destroy()
      plot.current = null
    }
  }, [colorScheme])

  useEffect(() => {
    plot.current?.batch(() => {
      plot.current?.setData(graphColumns(points), false)
      plot.current?.setScale('x', { min: (endMs - windowMs) / 1000, max: endMs / 1000 })
    })
  })

  return <div ref={box} className={styles.plot} />
}

function options(element: HTMLElement): uPlot.Options {
  const css = getComputedStyle(document.documentElement)
  const colour = (name: string): string => css.getPropertyValue(name).trim()
  const font = `12px ${getComputedStyle(element).fontFamily}`
  const axis = { font, stroke: colour('--ink-3'), ticks: { show: false } }
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 4, 0, 0],
    scales: { x: { time: true }, y: { range: (_plot, _min, max) => [0, Math.max(minTopMbps, (max ?? 0) * headroom)] } },
    axes: [
      { ...axis, size: 22, space: 90, grid: { show: false }, values: (_plot, splits) => splits.map(clockLabel) },
      { ...axis, size: 34, space: 34, grid: { stroke: colour('--line'), width: 1 } },
    ],
    series: [
      {},
      {
        stroke: colour('--water-fill'),
        width: 1.5,
        fill: `color-mix(in srgb, ${colour('--water-fill')} 16%, transparent)`,
        points: { show: false },
      },
    ],
  }
}

function clockLabel(second: number): string {
  return new Date(second * 1000).toTimeString().slice(0, 5)
}
