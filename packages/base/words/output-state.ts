/**
 * `idle` waits for the channel's source; `connecting` lasts until the far end has confirmed media; `stopped` was asked for; `disabled` by
 * a guardrail and `failed` by a fault that no retry fixes. Spec: the table in packages/media/output/state.ts
 */
export const outputStates = ['idle', 'connecting', 'live', 'stalled', 'backoff', 'stopped', 'disabled', 'failed'] as const
export type OutputState = (typeof outputStates)[number]

/**
 * A live output that moves to another place: `opening` dials beside the old session, `cutting` is ready and waits for the key frame,
 * `backoff` failed and tries again, `failed` does not. In all of them the old session carries the media.
 * Spec: the table in packages/media/output/handover-state.ts
 */
export const handoverStates = ['opening', 'cutting', 'backoff', 'failed'] as const
export type HandoverState = (typeof handoverStates)[number]

/** What an operator asked of an output. */
export const desiredStates = ['running', 'stopped'] as const
export type DesiredState = (typeof desiredStates)[number]

/** What an output lacks of the source before it can send anything. */
export const outputNeeds = ['media', 'key-frame', 'video-config', 'audio-config', 'encoder', 'delay'] as const
export type OutputNeed = (typeof outputNeeds)[number]
