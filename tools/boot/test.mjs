import { installTestTools } from './apt.mjs'
import { runTool } from './tool.mjs'

/** `npm test`: brings what the tests need, then the check and every test. `npm test -- rtmp`: the test files with `rtmp` in their path. */
export async function run(args) {
  await installTestTools()
  return runTool('tools/check/main.ts', ['test', ...args], { needsWeb: true })
}
