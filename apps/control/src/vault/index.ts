export { deploymentSecret } from './deployment-secret.ts'
export { finishRotation, rotateVault } from './rotate.ts'
export { openVault, type SealedPlace, Vault } from './vault.ts'
