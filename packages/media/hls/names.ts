import type { InitData, Segment } from '../store/index.ts'

/*
 * Names of files. Each holds the first number of its store, so that a name never gets other bytes: a channel that is packaged anew may
 * come to a number that it had before.
 */
const epochName = (epoch: number): string => epoch.toString(36)

export const segmentName = (epoch: number, { number }: Segment): string => `${epochName(epoch)}-${number}.m4s`
export const initName = (epoch: number, { version }: InitData): string => `init-${epochName(epoch)}-${version}.mp4`

/** The number in a segment's or an init segment's name; null for another name. Only a name written anew from what was found is proof. */
export function readName(name: string): { readonly kind: 'segment' | 'init'; readonly number: number } | null {
  const match = /^(init-)?[0-9a-z]+-([0-9]{1,15})\.(m4s|mp4)$/.exec(name)
  return match === null ? null : { kind: match[1] === undefined ? 'segment' : 'init', number: Number(match[2]) }
}
