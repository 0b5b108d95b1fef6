import { expect, test } from 'vitest'
import { auditQuery } from './audit-query.ts'

test('empty filters are left out, and the last day counts to its end', () => {
  expect(auditQuery({ who: ' ', what: '', from: '', until: '' }).toString()).toBe('')
  const query = auditQuery({ who: ' Ann ', what: 'output', from: '2026-11-29', until: '2026-11-29' }, { format: 'csv' })
  expect([query.get('format'), query.get('who'), query.get('what')]).toEqual(['csv', 'Ann', 'output'])
  expect(Date.parse(query.get('until') ?? '') - Date.parse(query.get('from') ?? '')).toBe(24 * 60 * 60 * 1000)
  expect(query.get('from')).toBe(new Date(2026, 10, 29).toISOString())
})
