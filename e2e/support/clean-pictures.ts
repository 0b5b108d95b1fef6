import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import type { TestContext } from 'node:test'
import { writeFlvHeader, writeFlvTag } from '@sluice/containers/flv'
import type { SinkSession } from '@sluice/testkit/rtmp-sink'
import { runProgram } from './program.ts'

/** Pictures as a decoder shows them. */
export type DecodedPictures = { readonly hashes: readonly string[]; readonly isRising: boolean }

/** MD5 of each decoded picture, in the order in which they are shown, and whether their times rise. */
export async function decodedOf(t: TestContext, file: string): Promise<DecodedPictures> {
  const text = await runProgram(t, 'ffmpeg', [
    ...['-hide_banner', '-loglevel', 'quiet', '-i', file, '-map', '0:v:0', '-fps_mode', 'passthrough', '-enc_time_base', '-1'],
    ...['-pix_fmt', 'yuv420p', '-f', 'framemd5', '-'],
  ])
  const rows = text
    .split('\n')
    .filter((line) => /^\d/.test(line))
    .map((line) => line.split(',').map((field) => field.trim()))
  return { hashes: rows.map((row) => row[5]!), isRising: rows.every((row, i) => i === 0 || Number(row[2]) > Number(rows[i - 1]![2])) }
}

/** Channels of the first sound; 0 without. */
export async function channelsOf(t: TestContext, file: string): Promise<number> {
  const text = await runProgram(t, 'ffprobe', [
    '-v',
    'quiet',
    '-select_streams',
    'a',
    '-show_entries',
    'stream=channels',
    '-of',
    'csv=p=0',
    file,
  ])
  return Number(/^\d+/.exec(text)?.[0] ?? 0)
}

/** What came by RTMP as a file. */
export function saveFlv(session: SinkSession, file: string): void {
  const tags = session.messages
    .filter(({ kind }) => kind !== 'data')
    .map(({ kind, timestampMs, body }) => writeFlvTag(kind, timestampMs, [body]))
  writeFileSync(file, Buffer.concat([writeFlvHeader({ audio: true, video: true }), ...tags]))
}

/** Every picture that arrived is one of the clip's, none is missing between the first and the last, and they are shown in order. */
export function assertClean(found: DecodedPictures, sent: readonly string[], least: number, what: string): void {
  const at = sent.indexOf(found.hashes[0]!)
  assert.ok(at >= 0, `${what}: the first picture is none of the clip's`)
  assert.deepEqual(found.hashes, sent.slice(at, at + found.hashes.length), `${what}: the pictures differ from the clip's`)
  assert.ok(found.hashes.length >= least, `${what}: ${found.hashes.length} pictures of ${least}`)
  assert.ok(found.isRising, `${what}: times do not rise`)
}
