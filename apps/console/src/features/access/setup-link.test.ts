import { expect, test } from 'vitest'
import { readSetupLink } from './setup-link.ts'

test('the setup code is read out of the fragment of the printed link', () => {
  expect(readSetupLink('#code=7K3QF-ABCDE-01234-XYZ99')).toBe('7K3QF-ABCDE-01234-XYZ99')
  expect(readSetupLink('#code=%207K3QF%20')).toBe('7K3QF')
  for (const none of ['', '#', '#code=', '#other=1', '#code=%20']) expect(readSetupLink(none)).toBeNull()
})
