/** The setup code in the fragment of the link that Sluice prints, `#code=...`; null without one. */
export function readSetupLink(fragment: string): string | null {
  const code = new URLSearchParams(fragment.replace(/^#/, '')).get('code')?.trim() ?? ''
  return code === '' ? null : code
}
