export { TestEngine } from './test-engine.ts'
export { startTestViewers } from './viewers-under-test.ts'
