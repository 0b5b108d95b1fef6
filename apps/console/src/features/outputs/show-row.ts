/** Brings the row of an output into view and puts the focus on it. */
export function showRow(outputId: string): void {
  const row = document.getElementById(`output-${outputId}`)
  row?.scrollIntoView({ block: 'center' })
  row?.focus({ preventScroll: true })
}
