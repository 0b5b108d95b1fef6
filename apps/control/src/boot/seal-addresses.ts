import { type Address, formatAddress, formatPublicAddress, isPlainQuery, isRtmp, isSrt, readAddress } from '@sluice/base/address'
import type { Logger } from '@sluice/base/log'
import { sql } from 'kysely'
import { commit, type Database, type Tx } from '../db/index.ts'
import type { Vault } from '../vault/index.ts'

type Parts = { readonly db: Database; readonly vault: Vault; readonly log: Logger }

/**
 * Seals secrets that earlier versions left in the clear in kept addresses, where they were written in capitals or as an RTMP query, and takes
 * them out of what was written about those addresses. At each start; where nothing is in the clear it only reads. Returns how many it sealed.
 */
export async function sealAddresses(parts: Parts): Promise<number> {
  const sealed = (await sealDestinations(parts)) + (await sealPulls(parts))
  if (sealed > 0) {
    parts.log.warn(
      { sealed },
      'some stored addresses had stream ids, passphrases or tokens in plain text; they are encrypted now. Rotate them at their servers',
    )
    await forgetFreedPages(parts.db)
  }
  return sealed
}

async function sealDestinations({ db, vault, log }: Parts): Promise<number> {
  const rows = await db
    .selectFrom('destination')
    .select(['id', 'workspace_id', 'url', 'key_sealed', 'passphrase_sealed', 'query_sealed'])
    .execute()
  let sealed = 0
  for (const row of rows) {
    const address = readKept(row.url)
    if (address === null) {
      log.warn({ destinationId: row.id }, 'the address of a destination cannot be read: its outputs fail until it is entered again')
      continue
    }
    const url = formatPublicAddress(address)
    if (url === row.url) continue
    const seal = (column: 'key_sealed' | 'passphrase_sealed' | 'query_sealed', found: string): string | null =>
      row[column] ?? (found === '' ? null : vault.seal({ table: 'destination', column, row: row.id }, found))
    const srt = isSrt(address) ? address.srt : null
    const columns = {
      url,
      key_sealed: seal('key_sealed', srt?.streamId ?? ''),
      passphrase_sealed: seal('passphrase_sealed', srt?.passphrase ?? ''),
      query_sealed: seal('query_sealed', isRtmp(address) && !isPlainQuery(address.query) ? address.query : ''),
    }
    await commit(db, async (tx) => {
      await tx.updateTable('destination').set(columns).where('id', '=', row.id).execute()
      await rewrite(tx, row.workspace_id, row.url, url)
    })
    // A slash at its end or a capital in its host is no secret.
    if (
      columns.key_sealed !== row.key_sealed ||
      columns.passphrase_sealed !== row.passphrase_sealed ||
      columns.query_sealed !== row.query_sealed
    )
      sealed++
  }
  return sealed
}

async function sealPulls({ db, vault, log }: Parts): Promise<number> {
  const rows = await db
    .selectFrom('input')
    .innerJoin('channel', 'channel.id', 'input.channel_id')
    .select(['input.id', 'channel.workspace_id', 'input.pull_url', 'input.pull_sealed'])
    .where('input.pull_url', 'is not', null)
    .execute()
  let sealed = 0
  for (const row of rows) {
    const address = row.pull_url === null ? null : readKept(row.pull_url)
    if (address === null || row.pull_url === null || row.pull_sealed === null) {
      log.warn({ inputId: row.id }, 'the address that an input calls cannot be read: it stays off until it is entered again')
      continue
    }
    const shown = formatPublicAddress(address)
    if (shown === row.pull_url) continue
    const place = { table: 'input', column: 'pull_sealed', row: row.id }
    const whole = readKept(vault.open(place, row.pull_sealed))
    const before = row.pull_url
    await commit(db, async (tx) => {
      const columns = { pull_url: shown, ...(whole === null ? {} : { pull_sealed: vault.seal(place, formatAddress(whole)) }) }
      await tx.updateTable('input').set(columns).where('id', '=', row.id).execute()
      await rewrite(tx, row.workspace_id, before, shown)
    })
    sealed++
  }
  return sealed
}

/** Audit rows and events name addresses as they were kept. */
async function rewrite(tx: Tx, workspaceId: string, before: string, after: string): Promise<void> {
  const replaced = (column: string) => sql<string>`replace(${sql.ref(column)}, ${before}, ${after})`
  await tx
    .updateTable('audit')
    .set({ summary: replaced('summary'), detail: replaced('detail') })
    .where('workspace_id', '=', workspaceId)
    .execute()
  await tx
    .updateTable('event')
    .set({ message: replaced('message'), data: replaced('data') })
    .where('workspace_id', '=', workspaceId)
    .execute()
}

/** SQLite leaves the old text in pages that are free now, and in its log. */
async function forgetFreedPages(db: Database): Promise<void> {
  try {
    await sql`vacuum`.execute(db)
    await sql`pragma wal_checkpoint(truncate)`.execute(db)
  } catch {
    // PostgreSQL vacuums by itself, and a full disk must not keep Sluice from starting.
  }
}

/**
 * An address as an earlier version kept it. That version took any parameter, took the last of two, and passed over what it did not know: what
 * meant nothing is left out here.
 */
export function readKept(text: string): Address | null {
  const plain = readAddress(text)
  if (plain !== null || !/^srt:/i.test(text)) return plain
  const mark = text.indexOf('?')
  if (mark < 0) return null
  const base = text.slice(0, mark)
  const kept = new Map<string, string>()
  for (const pair of text.slice(mark + 1).split('&')) {
    const at = pair.indexOf('=')
    const name = decoded(at < 0 ? pair : pair.slice(0, at)).toLowerCase()
    const one = `${encodeURIComponent(name)}=${encodeURIComponent(decoded(at < 0 ? '' : pair.slice(at + 1)))}`
    if (readAddress(`srt://host:1?${one}`) !== null) kept.set(name, one)
  }
  return readAddress(`${base}?${[...kept.values()].join('&')}`)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
