import { noEventPage } from '@sluice/contract/api'
import { describe, expect, it } from 'vitest'
import { formOf, patchOf } from './event-page-form.ts'

const page = { ...noEventPage, title: 'Evening show', startsAt: '2026-11-29T19:30:00.000Z', endText: 'Good night' }

describe('the form of the player page', () => {
  it('sends what was changed and nothing else', () => {
    const form = formOf(page)
    expect(patchOf(form, page)).toEqual({})
    expect(patchOf({ ...form, title: ' Late show ', endText: '' }, page)).toEqual({ title: 'Late show', endText: null })
  })

  it('shows the start in the time of this browser, and sends it as it was meant', () => {
    const form = formOf(page)
    expect(form.startsAt).toMatch(/^2026-11-\d\dT\d\d:\d\d$/)
    expect(patchOf({ ...formOf(noEventPage), startsAt: form.startsAt }, noEventPage)).toEqual({ startsAt: page.startsAt })
    expect(patchOf({ ...form, startsAt: '' }, page)).toEqual({ startsAt: null })
  })
})
