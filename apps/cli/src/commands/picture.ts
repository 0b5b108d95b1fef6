import { readFile } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { Picture, pageOf, paths } from '@sluice/contract/api'
import { CliError, usageError } from '../cli-error.ts'
import type { ApiClient } from '../client/api-client.ts'
import { pick } from '../client/find.ts'
import type { Context } from '../context.ts'
import { formatTable } from '../show/table.ts'
import { plain } from '../show/text.ts'

const types: Readonly<Record<string, string>> = { '.png': 'image/png', '.jpg': 'image/jpeg', '.jpeg': 'image/jpeg', '.webp': 'image/webp' }

/** The workspace's pictures. */
export const picturesOf = async (api: ApiClient): Promise<Picture[]> => (await api.get(paths.pictures, pageOf(Picture))).items

/** `sluice picture list` */
export async function listPictures({ api, show }: Context): Promise<void> {
  const pictures = await picturesOf(api)
  const rows = pictures.map(({ id, name, width, height, rungs }) => [plain(name), `${width}x${height}`, String(rungs.length), id])
  show(pictures, () =>
    rows.length === 0
      ? 'The workspace has no pictures yet.\n'
      : formatTable([{ head: 'picture' }, { head: 'size' }, { head: 'rungs', isNumber: true }, { head: 'id' }], rows),
  )
}

/** `sluice picture add FILE` */
export async function addPicture({ api, show }: Context, file: string, flags: { name?: string }): Promise<void> {
  const type = types[extname(file).toLowerCase()]
  if (type === undefined) throw usageError(`'${file}' is no PNG, JPEG or WebP by its name`)
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new CliError(`'${file}' cannot be read (${error.code ?? error.message})`)
  })
  const name = flags.name ?? basename(file, extname(file))
  const picture = await api.upload(`${paths.pictures}?name=${encodeURIComponent(name)}`, Uint8Array.from(bytes), type, Picture)
  const { width, height } = picture
  show(
    picture,
    () =>
      `Picture '${plain(picture.name)}' added, ${width}x${height}. Show it: sluice rung edit CHANNEL RUNG --overlay '${plain(picture.name)}'\n`,
  )
}

/** `sluice picture rm PICTURE` */
export async function removePicture({ api, show }: Context, wanted: string): Promise<void> {
  const found = pick('picture', wanted, await picturesOf(api))
  await api.delete(paths.picture(found.id))
  show({ id: found.id, deleted: true }, () => `Deleted picture '${plain(found.name)}'.\n`)
}
