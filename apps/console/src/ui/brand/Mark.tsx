/** Sluice's mark: posts and beam, the gate raised on its stem, and the water that passes. In the text's colour; the name stands beside it. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" strokeLinecap="round" aria-hidden="true">
      <path d="M2.5 5h27M6.5 5v24M25.5 5v24" stroke="currentColor" strokeWidth="3.2" />
      <path d="M16 5v6" stroke="currentColor" strokeWidth="2.8" />
      <path d="M10 10.5h12v6H10z" fill="currentColor" />
      <path d="M10.2 22q1.95-2.6 3.9 0t3.9 0 3.9 0M10.2 27.6q1.95-2.6 3.9 0t3.9 0 3.9 0" stroke="var(--water-fill)" strokeWidth="2.8" />
    </svg>
  )
}
