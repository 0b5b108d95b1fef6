import '@fontsource-variable/atkinson-hyperlegible-next/wght.css'
import '@fontsource-variable/atkinson-hyperlegible-mono/wght.css'
import './ui/mantine-styles.ts'
import './ui/tokens.css'
import { createRoot } from 'react-dom/client'
import { z } from 'zod'
import { App } from './app/App.tsx'

// Without this, zod tries `new Function` once, which the page's Content-Security-Policy reports.
z.config({ jitless: true })

const root = document.getElementById('root')
if (root !== null) createRoot(root).render(<App />)
