/** A little away from the edge, as logos stand. */
const edge = 0.03
const places = [
  { value: 'top-left', label: 'Top left', x: edge, y: edge },
  { value: 'top-right', label: 'Top right', x: 1 - edge, y: edge },
  { value: 'bottom-left', label: 'Bottom left', x: edge, y: 1 - edge },
  { value: 'bottom-right', label: 'Bottom right', x: 1 - edge, y: 1 - edge },
  { value: 'centre', label: 'Centre', x: 0.5, y: 0.5 },
] as const

type Place = { readonly x: number; readonly y: number }

/** The corner that an overlay stands in; `own`: none, it was placed by figures. */
export const placeOf = ({ x, y }: Place): string => places.find((place) => place.x === x && place.y === y)?.value ?? 'own'

export function placeXy(value: string): Place {
  const { x, y } = places.find((place) => place.value === value) ?? places[1]
  return { x, y }
}

export const placeNames = (overlay: Place): { value: string; label: string }[] => [
  ...places.map(({ value, label }) => ({ value, label })),
  ...(placeOf(overlay) === 'own' ? [{ value: 'own', label: `At ${Math.round(overlay.x * 100)} %, ${Math.round(overlay.y * 100)} %` }] : []),
]
