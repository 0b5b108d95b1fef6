import { freePorts } from '../web/free-ports.ts'

/** A port that was free a moment ago, for programs that can't say which one they took, and for places where nobody is to be. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1)
  return port!
}
