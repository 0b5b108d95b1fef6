/** Drawn on 24 x 24, in the colour of their text. */
const icon = (paths: string): string =>
  `<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${paths}</svg>`
const full = (path: string): string => `<path d="${path}" fill="currentColor" stroke="none"/>`
const speaker = full('M4 9.2v5.6h3.6l4.9 4V5.2l-4.9 4z')

export const icons = {
  play: icon(full('M7 4.5v15l12.5-7.5z')),
  pause: icon(full('M6.5 4.5h3.6v15H6.5zM13.9 4.5h3.6v15h-3.6z')),
  sound: icon(`${speaker}<path d="M15.8 9a4.2 4.2 0 0 1 0 6M18.4 6.6a7.6 7.6 0 0 1 0 10.8"/>`),
  muted: icon(`${speaker}<path d="m16.5 9.5 5 5m0-5-5 5"/>`),
  menu: icon('<rect x="3" y="5" width="18" height="14" rx="2.4"/><path d="M10.4 10.4a2.2 2.2 0 1 0 0 3.2M17 10.4a2.2 2.2 0 1 0 0 3.2"/>'),
  pip: icon(`<rect x="3" y="5" width="18" height="14" rx="2"/>${full('M12 12h6.5v4.5H12z')}`),
  full: icon('<path d="M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5"/>'),
  window: icon('<path d="M9 4v5H4M20 9h-5V4M15 20v-5h5M4 15h5v5"/>'),
  check: icon('<path d="m5 12.5 4.5 4.5L19 7.5"/>'),
} as const
