/** Ink of the console and the player pages: what is written in it reads as black. */
const ink = '#0d1b20'
const white = '#ffffff'

/** Relative luminance of `#rrggbb`, 0..1. Spec: WCAG 2.2, relative luminance */
function luminanceOf(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

/** Contrast of two colours `#rrggbb`, 1..21. Spec: WCAG 2.2, contrast ratio */
export function contrastOf(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminanceOf(a), luminanceOf(b)].sort((x, y) => x - y)
  return (light + 0.05) / (dark + 0.05)
}

/** Ink or white on `#rrggbb`, whichever is read better. */
export const onColour = (colour: string): '#ffffff' | '#0d1b20' => (contrastOf(colour, white) >= contrastOf(colour, ink) ? white : ink)

/** What text of normal size needs. Spec: WCAG 2.2 §1.4.3 */
const textContrast = 4.5

/** Whether text can stand on a colour: a few mid tones are too light for white and too dark for ink. */
export const carriesText = (colour: string): boolean => contrastOf(colour, onColour(colour)) >= textContrast
