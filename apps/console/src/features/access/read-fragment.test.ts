import { expect, test } from 'vitest'
import { readFragment } from './read-fragment.ts'

test('the setup code is read out of the fragment of the printed link', () => {
  expect(readFragment('#code=7K3QF-ABCDE-01234-XYZ99', 'code')).toBe('7K3QF-ABCDE-01234-XYZ99')
  expect(readFragment('#code=%207K3QF%20', 'code')).toBe('7K3QF')
  for (const none of ['', '#', '#code=', '#other=1', '#code=%20']) expect(readFragment(none, 'code')).toBeNull()
})
