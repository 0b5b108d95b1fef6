export { type TestCertificate, testCertificate } from './certificates.ts'
