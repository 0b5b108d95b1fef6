import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from '@mantine/core'

const ink: MantineColorsTuple = [
  '#e8f0f2',
  '#d6e0e3',
  '#b3c3c9',
  '#8ca0a8',
  '#657a83',
  '#47606a',
  '#2f444c',
  '#1f3138',
  '#15252b',
  '#0d1b20',
]
const gray: MantineColorsTuple = [
  '#f3f7f8',
  '#eaf0f1',
  '#d6e0e3',
  '#c3d0d4',
  '#82979e',
  '#6f858d',
  '#586b73',
  '#3d5058',
  '#22343a',
  '#0d1b20',
]
const red: MantineColorsTuple = [
  '#fff0ee',
  '#fbe1de',
  '#f5bdb8',
  '#ff8f85',
  '#ff7063',
  '#dc3b32',
  '#c62a22',
  '#b3221b',
  '#8d1a14',
  '#66110d',
]

const dark: MantineColorsTuple = [
  '#e8f0f2',
  '#c6d3d7',
  '#a3b4ba',
  '#8ca0a8',
  '#546c75',
  '#22343a',
  '#1a292e',
  '#121d20',
  '#0d1719',
  '#0a1214',
]

/** Filled controls take their text colour from the tokens: Mantine reckons it once, for the light scheme. */
const variantColorResolver: VariantColorsResolver = (input) => {
  const resolved = defaultVariantColorsResolver(input)
  if (input.variant !== 'filled') return resolved
  return input.color === 'red'
    ? { ...resolved, background: 'var(--bad-solid)', hover: 'var(--bad-solid)', color: 'var(--on-bad)' }
    : { ...resolved, color: 'var(--panel)' }
}

/** Buttons are ink, not a hue: colour is kept for the state of media. */
export const theme = createTheme({
  fontFamily: "'Atkinson Hyperlegible Next Variable', system-ui, sans-serif",
  fontFamilyMonospace: 'var(--font-mono)',
  headings: { fontFamily: "'Atkinson Hyperlegible Next Variable', system-ui, sans-serif", fontWeight: '680' },
  colors: { ink, red, gray, dark },
  primaryColor: 'ink',
  primaryShade: { light: 9, dark: 0 },
  variantColorResolver,
  defaultRadius: 6,
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Modal: {
      defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.5 }, closeButtonProps: { 'aria-label': 'Close' } },
      styles: { title: { fontSize: '1.2rem', fontWeight: 680 } },
    },
    Switch: { defaultProps: { color: 'var(--water-fill)' } },
    Checkbox: { defaultProps: { color: 'var(--water-fill)', iconColor: 'var(--panel)' } },
    RadioIndicator: { defaultProps: { color: 'var(--water-fill)', iconColor: 'var(--panel)' } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
    Menu: { defaultProps: { shadow: 'md', position: 'bottom-end' } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Dismiss' } } },
  },
})

/** Ties Mantine's own variables to the tokens, so that there is one palette. */
export const themeVariables: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-primary-color-contrast': 'var(--panel)',
    '--mantine-color-body': 'var(--panel)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-dimmed': 'var(--ink-3)',
    '--mantine-color-placeholder': 'var(--ink-3)',
    '--mantine-color-default': 'var(--panel)',
    '--mantine-color-default-hover': 'var(--inset)',
    '--mantine-color-default-color': 'var(--ink)',
    '--mantine-color-default-border': 'var(--line-strong)',
    '--mantine-color-error': 'var(--bad)',
    '--mantine-color-anchor': 'var(--water)',
  }
  return { variables: {}, light: shared, dark: shared }
}
