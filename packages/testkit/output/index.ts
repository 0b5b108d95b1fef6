export { type FakeConnection, fakeTransport, textFormat } from './fake-transport.ts'
