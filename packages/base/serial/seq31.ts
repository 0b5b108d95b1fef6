/** Signed distance from `a` to `b` in packets, positive when `b` is later; 31 bits, wraps. Spec: draft-sharabayko-srt-01 §3.1 */
export const seq31Diff = (a: number, b: number): number => ((b - a) << 1) >> 1

/** `seq` moved by `by` packets (may be negative), 0..0x7fffffff, wraps. Spec: draft-sharabayko-srt-01 §3.1 */
export const seq31Add = (seq: number, by: number): number => (seq + by) & 0x7fffffff
