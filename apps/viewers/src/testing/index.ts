export { TestEngine } from './test-engine.ts'
export { startTestViewers, type TestViewers } from './viewers-under-test.ts'
