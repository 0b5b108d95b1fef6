/**
 * Sizes and fixed values of the transport packet. Spec: ISO/IEC 13818-1 §2.4.3.2
 *
 * ```
 *  0        8   11           24  26  28    32
 *  +--------+---+-------------+---+---+-----+----------------------+---------------+
 *  | 0x47   |TUP|     PID     |TSC|AFC| CC  | adaptation field     | payload       |
 *  +--------+---+-------------+---+---+-----+----------------------+---------------+
 *  T transport_error_indicator, U payload_unit_start_indicator, P transport_priority,
 *  TSC scrambling control, AFC 1 payload only, 2 adaptation field only, 3 both, CC continuity counter
 * ```
 */
export const tsPacketBytes = 188
export const tsHeaderBytes = 4
export const tsSyncByte = 0x47
/** Payload of a packet without an adaptation field. */
export const tsPayloadBytes = tsPacketBytes - tsHeaderBytes
/** Seven packets: what fits an Ethernet frame, and what SRT carries in one data packet. */
export const tsDatagramBytes = 7 * tsPacketBytes

/** PIDs with a fixed meaning. Spec: ISO/IEC 13818-1 table 2-3 */
export const Pid = { pat: 0x0000, null: 0x1fff } as const
