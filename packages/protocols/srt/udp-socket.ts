/**
 * A UDP socket as this room needs it, so that tests put a made network in its place. `send` never throws, and a full or
 * failing network loses the packet as any network may; its bytes are not read after the packet is acknowledged.
 * `onPacket` hands the packet over: it belongs to the callee.
 */
export type UdpSocket = {
  readonly port: number
  send(packet: Uint8Array, port: number, address: string): void
  onPacket: (packet: Uint8Array, address: string, port: number) => void
  onError: (error: Error) => void
  close(): void
}
