import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { type Publisher, runFfmpeg } from '../web/publisher.ts'

const size = { width: 1280, height: 720 }
const loopS = 20

const beam = (x: number, lean: number, colour: string): string =>
  `<path d="M${x - 6} 20h12l${lean + 90} 560h-204z" fill="url(#${colour})" opacity=".5"/><circle cx="${x}" cy="22" r="13" fill="#fff6e0"/>`
const glow = (id: string, from: string): string =>
  `<linearGradient id="${id}" x2="0" y2="1"><stop stop-color="${from}"/><stop offset="1" stop-color="${from}" stop-opacity="0"/></linearGradient>`
const player = (x: number, y: number, scale: number): string =>
  `<g transform="translate(${x} ${y}) scale(${scale})" fill="#150b26"><circle r="30"/><path d="M-48 44q48-30 96 0l14 130h-124z"/><path d="M-34 170h28v110h-28zM6 170h28v110H6z"/></g>`
const head = (i: number): string =>
  `<circle cx="${i * 58 + ((i * 37) % 23)}" cy="${668 + ((i * 53) % 31)}" r="${34 + ((i * 29) % 13)}" fill="#070312"/>`

const stage = `<defs><linearGradient id="sky" x2="0" y2="1"><stop stop-color="#1a1038"/><stop offset="1" stop-color="#7a2a56"/></linearGradient>
<radialGradient id="warm" cy=".62"><stop stop-color="#ffb27a" stop-opacity=".8"/><stop offset="1" stop-color="#ffb27a" stop-opacity="0"/></radialGradient></defs>
<rect width="1280" height="720" fill="url(#sky)"/><rect width="1280" height="720" fill="url(#warm)"/><path d="M0 20h1280" stroke="#0c0718" stroke-width="20"/>
<rect y="540" width="1280" height="180" fill="#0f0820"/>${player(640, 300, 1)}${player(370, 330, 0.85)}${player(920, 330, 0.85)}
<path d="M560 470l210-110M330 470h110M880 480l120-60" stroke="#150b26" stroke-width="18" stroke-linecap="round"/><path d="M1050 560V360m-36 20h72" stroke="#150b26" stroke-width="12"/>
${Array.from({ length: 24 }, (_, i) => head(i)).join('')}`
const beams = `<defs>${glow('cold', '#7fd0ff')}${glow('hot', '#ffc873')}</defs>${beam(180, -90, 'cold')}${beam(420, -20, 'hot')}${beam(640, 0, 'cold')}${beam(860, 20, 'hot')}${beam(1100, 90, 'cold')}`

/** A concert as a loop of 20 s, drawn here: 720p25 at about 3.6 Mbps with a key frame every 2 s and stereo sound. Answers its file. */
export async function drawShow(browser: Browser, folder: string): Promise<string> {
  const layers = { stage: join(folder, 'stage.png'), beams: join(folder, 'beams.png') }
  const page = await browser.newPage({ viewport: size })
  for (const [name, body] of Object.entries({ stage, beams })) {
    await page.setContent(`<style>*{margin:0}html{background:transparent}</style><svg width="1280" height="720">${body}</svg>`)
    await writeFile(layers[name as keyof typeof layers], await page.screenshot({ omitBackground: true }))
  }
  await page.close()
  const file = join(folder, 'show.flv')
  const still = ['-loop', '1', '-framerate', '25', '-i']
  const turn = (2 * Math.PI) / loopS
  const filter = `[0]noise=alls=7:allf=t[bg];[bg][1]overlay=x='70*sin(${(3 * turn).toFixed(5)}*t)':y=0,format=yuv420p`
  await ffmpeg([
    ...[...still, layers.stage, ...still, layers.beams, '-f', 'lavfi', '-i', 'anoisesrc=color=brown:amplitude=0.2:sample_rate=48000'],
    ...['-filter_complex', filter, '-c:v', 'libx264', '-preset', 'veryfast', '-b:v', '3600k', '-maxrate', '3600k', '-bufsize', '3600k'],
    ...['-g', '50', '-keyint_min', '50', '-sc_threshold', '0', '-c:a', 'aac', '-b:a', '128k', '-ac', '2', '-t', String(loopS), '-y', file],
  ])
  return file
}

async function ffmpeg(args: readonly string[]): Promise<void> {
  const child = spawn('ffmpeg', ['-loglevel', 'error', ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}`)
}

/** Sends the loop without end, in real time. */
export const send = (file: string, url: string): Publisher =>
  runFfmpeg(['-re', '-stream_loop', '-1', '-i', file, '-c', 'copy', '-f', 'flv', url])
