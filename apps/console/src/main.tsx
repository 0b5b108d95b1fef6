import '@fontsource-variable/atkinson-hyperlegible-next/wght.css'
import '@fontsource-variable/atkinson-hyperlegible-mono/wght.css'
import './ui/theme/index.ts'
import { createRoot } from 'react-dom/client'
import { z } from 'zod'
import { App } from './app/index.ts'

// Without this, zod tries `new Function` once, which the page's Content-Security-Policy reports.
z.config({ jitless: true })

const root = document.getElementById('root')
if (root !== null) createRoot(root).render(<App />)
