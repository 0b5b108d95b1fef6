export { TestEngine, type TestProgramme } from './test-engine.ts'
export { makeRunDir, startTestViewers, type TestViewers } from './viewers-under-test.ts'
