export { type FakeConnection, fakeTransport, textFormat } from './fake-transport.ts'
export { type FarEnd, type TransportCase, transportContract } from './transport-contract.ts'
