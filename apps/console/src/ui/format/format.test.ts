import { expect, test } from 'vitest'
import { formatBitrate, formatBytes, formatClock, formatFps, formatSpan } from './index.ts'

test('bitrates are in kbps below a megabit and in Mbps above', () => {
  expect([0, 982_400, 999_600, 5_982_000].map(formatBitrate)).toEqual(['0 kbps', '982 kbps', '1.00 Mbps', '5.98 Mbps'])
})

test('byte counts use decimal units', () => {
  expect([0, 999, 3_240_000, 1_040_000_000].map(formatBytes)).toEqual(['0 B', '999 B', '3.2 MB', '1.04 GB'])
})

test('frame rates lose the zeros that say nothing', () => {
  expect([30, 29.97002997, 59.94].map(formatFps)).toEqual(['30', '29.97', '59.94'])
})

test('clocks and spans', () => {
  expect([0, 372_000, 93_609_000, -5].map(formatClock)).toEqual(['00:00:00', '00:06:12', '1 d 02:00:09', '00:00:00'])
  expect([6_900, 240_000, 7_800_000, 7_200_000, 273_600_000].map(formatSpan)).toEqual(['6 s', '4 min', '2 h 10 min', '2 h', '3 d 4 h'])
})
