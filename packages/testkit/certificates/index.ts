export { type TestCertificate, testCertificate, testCertificateFiles } from './certificates.ts'
