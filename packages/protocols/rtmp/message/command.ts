import { WireError } from '@sluice/base/errors'
import { Amf0Reader, type AmfValue, type AmfWritable, writeAmf0 } from '../amf0/index.ts'

/** A remote call, its answer (`_result`, `_error`) or a status. `args` starts with the command object, mostly null. Spec: RTMP 1.0 §7.2 */
export type Command = { type: 'command'; name: string; transactionId: number; args: AmfValue[] }

/**
 * Reads a command body of AMF0 values. Encoders leave the transaction id out of commands that want no answer (0 then).
 * In the AMF3 envelope (type 17) one zero byte goes before the same AMF0 values: the caller passes `at` 1 for that.
 */
export function readCommand(body: Uint8Array, at = 0): Command {
  const reader = new Amf0Reader(body, at)
  if (reader.isAtEnd) throw new WireError('RTMP_COMMAND_NAME', at, 'a command has no name: its body is empty')
  const name = reader.readValue()
  if (typeof name !== 'string') throw new WireError('RTMP_COMMAND_NAME', at, `a command begins with a ${typeof name}, not with its name`)
  const [transactionId, ...args] = reader.readAll()
  return { type: 'command', name, transactionId: typeof transactionId === 'number' ? transactionId : 0, args }
}

export function writeCommand(name: string, transactionId: number, args: readonly AmfWritable[]): Uint8Array {
  return writeAmf0([name, transactionId, ...args])
}
