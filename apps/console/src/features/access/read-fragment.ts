/** A value in the fragment of a link, `#code=...`: browsers send it to nobody. Null without one. */
export function readFragment(fragment: string, name: string): string | null {
  const value = new URLSearchParams(fragment.replace(/^#/, '')).get(name)?.trim() ?? ''
  return value === '' ? null : value
}
