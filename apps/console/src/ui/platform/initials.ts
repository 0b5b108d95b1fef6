/** Up to two letters that stand for a name without a logo: `CO` for `Church Online`, `MU` for `Mux`. */
export function initialsOf(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '')
  const [first = '?', second] = words
  return (second === undefined ? first.slice(0, 2) : `${first[0]}${second[0]}`).toUpperCase()
}
