import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

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

/** Buttons are ink, not a hue: colour is kept for the state of media. */
export const theme = createTheme({
  fontFamily: "'Atkinson Hyperlegible Next Variable', system-ui, sans-serif",
  fontFamilyMonospace: 'var(--font-mono)',
  headings: { fontFamily: "'Atkinson Hyperlegible Next Variable', system-ui, sans-serif", fontWeight: '680' },
  colors: { ink, red },
  primaryColor: 'ink',
  primaryShade: { light: 9, dark: 0 },
  autoContrast: true,
  defaultRadius: 6,
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Modal: { defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.5 }, closeButtonProps: { 'aria-label': 'Close' } } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
    Menu: { defaultProps: { shadow: 'md', position: 'bottom-end' } },
  },
})

/** Ties Mantine's own variables to the tokens, so that there is one palette. */
export const themeVariables: CSSVariablesResolver = () => {
  const shared = {
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
