import { createHash, randomBytes } from 'node:crypto'
import type { Vault } from '../../vault/index.ts'

/** 160 bits: nobody guesses a key, and it is short enough to be typed. */
const keyBytes = 20
/** No 0, 1, l, o: keys are read aloud. */
const alphabet = '23456789abcdefghijkmnpqrstuvwxyz'

/** A new random key of 32 letters and digits, in groups of eight. It goes into URLs as it is. */
function newKey(): string {
  const bits = BigInt(`0x${randomBytes(keyBytes).toString('hex')}`)
  const letters = Array.from({ length: (keyBytes * 8) / 5 }, (_, i) => alphabet[Number((bits >> BigInt(i * 5)) & 31n)])
  return letters.join('').replace(/(.{8})(?!$)/g, '$1-')
}

/** The form in which engines know keys: SHA-256 in lower-case hex. */
export const hashKey = (key: string): string => createHash('sha256').update(key, 'utf8').digest('hex')

/** Columns of a fresh stream key for one input. */
export function sealedStreamKey(vault: Vault, inputId: string): { key_sealed: string; key_hash: string } {
  const key = newKey()
  return { key_sealed: vault.seal({ table: 'input', column: 'key_sealed', row: inputId }, key), key_hash: hashKey(key) }
}

/** A random name of 160 bits under which HLS is served; it goes into URLs as it is. */
export const newPlayName = (): string => newKey().replaceAll('-', '')

/** Columns of everything that opens a channel's playback, fresh. */
export const newPlayback = (vault: Vault, channelId: string) => ({
  play_id: newPlayName(),
  preview_id: newPlayName(),
  ...sealedPlayToken(vault, channelId),
})

function sealedPlayToken(vault: Vault, channelId: string): { play_token_sealed: string; play_token_hash: string } {
  const token = `play-${newKey()}`
  return {
    play_token_sealed: vault.seal({ table: 'channel', column: 'play_token_sealed', row: channelId }, token),
    play_token_hash: hashKey(token),
  }
}
