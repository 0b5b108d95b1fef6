import { expect, test } from 'vitest'
import { outputNames } from './output-names.ts'

test('outputs are named, and those that are not live with their state [OPS-03]', () => {
  const output = (name: string, state: 'live' | 'disabled') => ({ id: name, name, priority: 1, state })
  expect(outputNames([output('Main', 'live'), output('Old', 'disabled')])).toBe('Main, Old (disabled)')
  expect(outputNames([])).toBe('none')
})
