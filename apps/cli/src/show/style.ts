/** Colours for a terminal, or the bare text where colour has no place. Meaning is never in colour alone. */
export type Style = Readonly<Record<'good' | 'warn' | 'bad' | 'dim' | 'strong', (text: string) => string>>

const codes = { good: 32, warn: 33, bad: 31, dim: 2, strong: 1 } as const

/** Colour only on a terminal that has it, and not when `NO_COLOR` asks for none. Spec: no-color.org */
export function chooseStyle(isTty: boolean, env: Readonly<Record<string, string | undefined>>): Style {
  const hasColour = isTty && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
  const paint =
    (code: number) =>
    (text: string): string =>
      hasColour ? `\x1b[${code}m${text}\x1b[0m` : text
  return { good: paint(codes.good), warn: paint(codes.warn), bad: paint(codes.bad), dim: paint(codes.dim), strong: paint(codes.strong) }
}
