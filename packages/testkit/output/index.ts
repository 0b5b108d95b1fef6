export { type FakeConnection, type FakeDial, fakeTransport, textFormat } from './fake-transport.ts'
