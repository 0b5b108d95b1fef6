import { expect, test } from 'vitest'
import { cropWindow, movedCrop, roundCrop } from './crop-window.ts'

const wide = { width: 1920, height: 1080 }
const tall = { width: 1080, height: 1920 }

test('an upright window of a wide picture has its height and moves from side to side', () => {
  expect(cropWindow(wide, tall, 0)).toMatchObject({ left: 0, height: 1, axis: 'x' })
  const right = cropWindow(wide, tall, 1)
  expect(right.width).toBeCloseTo(0.3164, 3)
  expect(right.left + right.width).toBeCloseTo(1)
})

test('a wide window of an upright picture moves up and down, one of the same shape does not move', () => {
  expect(cropWindow(tall, wide, 0.5)).toMatchObject({ left: 0, width: 1, axis: 'y' })
  expect(cropWindow(wide, { width: 1280, height: 720 }, 0.3)).toEqual({ left: 0, top: 0, width: 1, height: 1, axis: null })
})

test('the window follows the pointer and stops at the edges', () => {
  const window = cropWindow(wide, tall, 0.5)
  const room = 1 - window.width
  expect(movedCrop(window, 0.5, { x: room * 0.25, y: 9 })).toBe(0.75)
  expect(movedCrop(window, 0.5, { x: -2, y: 0 })).toBe(0)
  expect(roundCrop(1.2)).toBe(1)
})
