import type { Picture, RungVideoWish } from '@sluice/contract/api'
import { usageError } from '../cli-error.ts'
import { pick } from '../client/find.ts'

type Overlay = NonNullable<RungVideoWish['overlays']>[number]

/** A little away from the edge, as logos stand. */
const edge = 0.03
const places: Readonly<Record<string, readonly [number, number]>> = {
  'top-left': [edge, edge],
  'top-right': [1 - edge, edge],
  'bottom-left': [edge, 1 - edge],
  'bottom-right': [1 - edge, 1 - edge],
  centre: [0.5, 0.5],
}
const usual = { place: 'top-right', width: 0.15, opacity: 1 }

/** `LOGO`, `LOGO@bottom-left`, `LOGO@0.5x0.9,width=0.3,opacity=0.6`: a picture by name or id, where it stands, its share of the width, its opacity. */
export function readOverlay(text: string, pictures: readonly Picture[]): Overlay {
  const at = text.lastIndexOf('@')
  const name = at < 0 ? text : text.slice(0, at)
  const parts = at < 0 ? [] : text.slice(at + 1).split(',')
  const isPlace = (part: string): boolean => !part.includes('=')
  const [x, y] = readPlace(parts.find(isPlace) ?? usual.place)
  const figure = (key: 'width' | 'opacity'): number => {
    const found = parts.find((part) => part.startsWith(`${key}=`))
    const value = found === undefined ? usual[key] : Number(found.slice(key.length + 1))
    if (!(value > 0 && value <= 1)) throw usageError(`--overlay: ${found} is not between 0 and 1`)
    return value
  }
  const unknown = parts.find((part) => !isPlace(part) && !/^(width|opacity)=/.test(part))
  if (unknown !== undefined) throw usageError(`--overlay: '${unknown}' is neither width=... nor opacity=...`)
  return { pictureId: pick('picture', name, pictures).id, x, y, width: figure('width'), opacity: figure('opacity') }
}

function readPlace(text: string): readonly [number, number] {
  const named = Object.hasOwn(places, text) ? places[text] : undefined
  if (named !== undefined) return named
  const [x = Number.NaN, y = Number.NaN] = text.split('x').map((part) => (part === '' ? Number.NaN : Number(part)))
  if (x >= 0 && x <= 1 && y >= 0 && y <= 1) return [x, y]
  throw usageError(`--overlay: '${text}' is no place`, `Use ${Object.keys(places).join(', ')}, or shares such as 0.5x0.9`)
}
