import type { HardwareEncoder, HardwareKind } from '@sluice/contract/link'
import type { Machine, SettledRung } from './facts.ts'

/** What hardware encodes first: the largest pictures save most. Given in the order of the plan, outputs before the player. */
export function inHardware<Group extends { readonly id: string; readonly rung: SettledRung }>(
  groups: readonly Group[],
  { hardware = [], hardwareTaken = {}, hardwareHeld = [] }: Machine,
): Group[] {
  const isHeld = (kind: HardwareKind, id: string): boolean => hardwareHeld.some((held) => held.kind === kind && !held.keeps.includes(id))
  const taken: Partial<Record<HardwareKind, number>> = { ...hardwareTaken }
  return groups.map((group) => {
    const { video } = group.rung
    const encoder = hardware.find((one) => fits(one, video) && !isHeld(one.kind, group.id) && (taken[one.kind] ?? 0) < one.maxSessions)
    if (video === null || encoder === undefined) return group
    taken[encoder.kind] = (taken[encoder.kind] ?? 0) + 1
    return { ...group, rung: { ...group.rung, video: { ...video, encoder: encoder.kind } } }
  })
}

function fits({ codec, maxWidth, maxHeight }: HardwareEncoder, video: SettledRung['video']): boolean {
  // HDR was tried on none.
  if (video === null || video.codec !== codec || video.hdr !== undefined) return false
  const isUpright = video.height > video.width
  return (isUpright ? video.height : video.width) <= maxWidth && (isUpright ? video.width : video.height) <= maxHeight
}
