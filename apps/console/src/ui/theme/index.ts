// Style sheets first, in this order: ours override Mantine's.
import './mantine-styles.ts'
import './tokens.css'

export { theme, themeVariables } from './theme.ts'
