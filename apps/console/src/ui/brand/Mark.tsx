/** Sluice's mark: a frame, its gate raised, and the water that passes. Drawn in the text's colour; the name stands beside it. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <path d="M4 29V4h24v25" fill="none" stroke="currentColor" strokeWidth="3.4" strokeLinejoin="round" strokeLinecap="round" />
      <rect x="9" y="5" width="14" height="8" rx="1" fill="currentColor" />
      <path d="M9.5 18h13M9.5 23h13M9.5 28h13" stroke="var(--water-fill)" strokeWidth="2.8" strokeLinecap="round" />
    </svg>
  )
}
