import { tsDatagramBytes } from '../packet/constants.ts'

/** Cuts what TsMuxer.write gave into payloads for SRT or UDP: views of at most seven packets, the last as short as it comes. */
export function splitDatagrams(ts: Uint8Array, maxBytes = tsDatagramBytes): Uint8Array[] {
  const out: Uint8Array[] = []
  for (let at = 0; at < ts.length; at += maxBytes) out.push(ts.subarray(at, at + maxBytes))
  return out
}
