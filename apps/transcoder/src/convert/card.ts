/** Plain and dark, as the player page is; letters that are read across a room. */
export const cardColour = '0x16181d'
const letters = '&H00F5F5F5'
const family = 'Sluice Card'
/** Names that are longer are cut: a card is read in a second. */
const maxCharacters = 120

/** Size of the letters as a share of the shorter side: a long name has more lines, in smaller letters. */
function letterShare(count: number): number {
  if (count <= 16) return 0.13
  if (count <= 40) return 0.1
  return count <= 80 ? 0.075 : 0.06
}

/** `text` with nothing in it that the renderer takes for markup. Spec: ASS, as libass reads it */
function plain(text: string): string {
  // Line breaks and control characters first; then braces, which open commands, and backslashes, which a joiner of no width disarms.
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()
  const cut = Array.from(line).slice(0, maxCharacters).join('')
  return cut.replaceAll('\\', '\\\u2060').replaceAll('{', '\\{').replaceAll('}', '\\}')
}

/**
 * A subtitle file that shows `text` in the middle of a picture for ever, wrapped into lines of about the same length. Letters that the
 * bundled font lacks come from the system's fonts, where there are any.
 */
export function writeCard(text: string, width: number, height: number): string {
  const shown = plain(text)
  const size = Math.max(12, Math.round(Math.min(width, height * 1.2) * letterShare(Array.from(shown).length)))
  const margin = Math.round(width * 0.08)
  const styleFields =
    'Name,Fontname,Fontsize,PrimaryColour,OutlineColour,Bold,BorderStyle,Outline,Shadow,Alignment,MarginL,MarginR,MarginV,Encoding'
  const style = ['Card', family, size, letters, letters, 0, 1, 0, 0, 5, margin, margin, 0, 1].join(',')
  return [
    '[Script Info]',
    'ScriptType: v4.00+',
    `PlayResX: ${width}`,
    `PlayResY: ${height}`,
    'WrapStyle: 0',
    '',
    '[V4+ Styles]',
    `Format: ${styleFields}`,
    `Style: ${style}`,
    '',
    '[Events]',
    'Format: Layer,Start,End,Style,Text',
    `Dialogue: 0,0:00:00.00,99:00:00.00,Card,${shown}`,
    '',
  ].join('\n')
}
