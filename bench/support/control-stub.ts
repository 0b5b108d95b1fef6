import { ControlStub } from '@sluice/testkit/engine-link'
import { sleep } from './children.ts'

/** Control's side of an engine's link; the engine's socket shows up when it is ready. */
export async function connectSoon(path: string): Promise<ControlStub> {
  for (let tries = 0; tries < 100; tries++) {
    const stub = await ControlStub.connect(path).catch(() => null)
    if (stub !== null) return stub
    await sleep(100)
  }
  throw new Error(`no engine at ${path} within 10 s`)
}

export async function until(isTrue: () => boolean): Promise<void> {
  for (let tries = 0; !isTrue(); tries++) {
    if (tries > 3000) throw new Error('nothing happened for 30 s')
    await sleep(10)
  }
}
