/*
 * Every SRT packet starts with 16 bytes. Spec: draft-sharabayko-srt-01 §3
 *
 *   data     |0|          packet sequence number (31)                |
 *            |PP |O|KK |R|       message number (26)                 |
 *   control  |1|     control type (15)      |     subtype (16)       |
 *            |             type-specific information                 |
 *   both     |              timestamp, microseconds                  |
 *            |              destination socket id                    |
 *
 * PP 3: a message in one packet. O: deliver in order. KK 0 clear, 1 even key, 2 odd key. R: retransmitted.
 */

/** Bytes before the payload of a data packet or the body of a control packet. Spec: draft-sharabayko-srt-01 §3 */
export const headerBytes = 16

/** IPv4 and UDP headers, which the maximum segment size counts in. Spec: draft-sharabayko-srt-01 §3.2.1 */
export const ipUdpHeaderBytes = 28

/** The maximum segment size that every implementation uses: an Ethernet frame. */
export const defaultMssBytes = 1500

/** Seven MPEG-TS packets: what live senders put into one message, and the largest that fits with any IP options. */
export const defaultPayloadBytes = 1316

/** Control packet types. Spec: draft-sharabayko-srt-01 §3.2, table 1 */
export const ControlType = {
  handshake: 0,
  keepAlive: 1,
  ack: 2,
  nak: 3,
  congestionWarning: 4,
  shutdown: 5,
  ackAck: 6,
  dropRequest: 7,
  peerError: 8,
  userDefined: 0x7fff,
} as const
export type ControlType = (typeof ControlType)[keyof typeof ControlType]

/** What a handshake packet asks or answers; 1000 and above: a rejection. Spec: draft-sharabayko-srt-01 §3.2.1, table 4 */
export const HandshakeType = {
  waveAHand: 0x0000_0000,
  induction: 0x0000_0001,
  conclusion: 0xffff_ffff,
  agreement: 0xffff_fffe,
  done: 0xffff_fffd,
  /** Added to a rejection code on the wire. */
  rejectBase: 1000,
} as const

/** Extension block types of a conclusion, and subtypes of user-defined control packets. Spec: draft-sharabayko-srt-01 §3.2.1, table 5 */
export const ExtensionType = {
  hsReq: 1,
  hsRsp: 2,
  kmReq: 3,
  kmRsp: 4,
  streamId: 5,
  congestion: 6,
  filter: 7,
  group: 8,
} as const
export type ExtensionType = (typeof ExtensionType)[keyof typeof ExtensionType]

/** Bits of the handshake's extension field that say which blocks follow. Spec: draft-sharabayko-srt-01 §3.2.1, table 3 */
export const ExtensionFlag = { hsReq: 1, kmReq: 2, config: 4 } as const

/** In the extension field of an induction reply: "this listener speaks version 5". Spec: draft-sharabayko-srt-01 §4.3.1.1 */
export const srtMagic = 0x4a17

/** Bits of the flags word in HSREQ and HSRSP. Spec: draft-sharabayko-srt-01 §3.2.1.1.1 */
export const SrtFlag = {
  tsbpdSend: 0x01,
  tsbpdReceive: 0x02,
  crypt: 0x04,
  tooLateDrop: 0x08,
  periodicNak: 0x10,
  retransmitFlag: 0x20,
  stream: 0x40,
  packetFilter: 0x80,
} as const

/** What Sluice can do: live mode with all of its parts, no packet filter. */
export const ourFlags =
  SrtFlag.tsbpdSend | SrtFlag.tsbpdReceive | SrtFlag.crypt | SrtFlag.tooLateDrop | SrtFlag.periodicNak | SrtFlag.retransmitFlag

/** The version that we state: from 1.5.4 on AES-GCM has its sound form, and nothing newer is claimed. `0x00XXYYZZ`. */
export const ourVersion = 0x01_05_04

/** The first version with handshake 5. Peers before it are refused. */
export const minPeerVersion = 0x01_03_00

/** One step of the protocol's clock: full ACKs come this often. Spec: draft-sharabayko-srt-01 §4.8.1 */
export const ackIntervalMs = 10

/** Least time between two ticks of a connection: payloads leave up to this much after their time. */
export const tickMs = 5

/** Time between ticks for what has no time of its own: handshakes under way, lingering, and the net under a steady stream. */
export const idleTickMs = 20

/** Packets after which a light ACK goes out without waiting for the interval. Spec: draft-sharabayko-srt-01 §4.8.1 */
export const lightAckPackets = 64
