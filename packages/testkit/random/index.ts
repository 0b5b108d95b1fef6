export { bytesFrom, randomFrom, type SeededRandom } from './seeded-random.ts'
