import type { EventPage, EventPagePatch } from '@sluice/contract/api'

/** The fields as a person edits them: texts, '' for none. `startsAt` is of this browser's own time zone, as its date field has it. */
export type PageForm = { readonly [Key in Exclude<keyof EventPage, 'poster' | 'logo'>]: string }

const keys = ['title', 'host', 'text', 'startsAt', 'beforeText', 'breakText', 'endText', 'colour'] as const

export function formOf(page: EventPage): PageForm {
  const form = Object.fromEntries(keys.map((key) => [key, page[key] ?? ''])) as PageForm
  return { ...form, startsAt: page.startsAt === null ? '' : toLocal(page.startsAt) }
}

/** What changed, and nothing else: whoever edits another field at the same time keeps it. */
export function patchOf(form: PageForm, page: EventPage): EventPagePatch {
  const before = formOf(page)
  const changed = keys.filter((key) => form[key].trim() !== before[key])
  const value = (key: keyof PageForm): string | null => {
    const text = form[key].trim()
    if (text === '') return null
    return key === 'startsAt' ? new Date(text).toISOString() : text
  }
  return Object.fromEntries(changed.map((key) => [key, value(key)]))
}

/** `2026-11-29T19:30` */
function toLocal(iso: string): string {
  const date = new Date(iso)
  const shifted = new Date(date.getTime() - date.getTimezoneOffset() * 60_000)
  return shifted.toISOString().slice(0, 16)
}
