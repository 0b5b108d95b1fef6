import { spawnSync } from 'node:child_process'

/** A network namespace behind a veth pair whose both ends lose, delay, reorder and repeat packets by the kernel's netem. */
export type BadNetwork = {
  /** Where programs in the namespace reach this machine. */
  readonly hostAddress: string
  /** Puts `ip netns exec` before a command. */
  wrap(program: string, args: readonly string[]): { program: string; args: string[] }
  close(): void
}

// TEST-NET-2 of RFC 5737: nobody's addresses.
const hostAddress = '198.51.100.1'
const farAddress = '198.51.100.2'

const run = (command: string): { isOk: boolean; said: string } => {
  const [program = '', ...args] = command.split(' ')
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' })
  return { isOk: status === 0, said: error?.message ?? stderr.trim() }
}

/** Makes one; a sentence says why it can't be made here. `netem`: as tc takes it, for each direction. */
export function openBadNetwork(netem: string): BadNetwork | string {
  const name = `sluice-${process.pid}`
  const [near, far] = [`slv${process.pid % 100_000}`, `slf${process.pid % 100_000}`]
  const close = (): void => {
    run(`ip link del ${near}`)
    run(`ip netns del ${name}`)
  }
  const steps = [
    `ip netns add ${name}`,
    `ip link add ${near} type veth peer name ${far}`,
    `ip link set ${far} netns ${name}`,
    `ip addr add ${hostAddress}/30 dev ${near}`,
    `ip link set ${near} up`,
    `ip -n ${name} addr add ${farAddress}/30 dev ${far}`,
    `ip -n ${name} link set ${far} up`,
    `tc qdisc add dev ${near} root netem ${netem}`,
    `tc -n ${name} qdisc add dev ${far} root netem ${netem}`,
  ]
  for (const step of steps) {
    const { isOk, said } = run(step)
    if (isOk) continue
    close()
    return `'${step}' does not work here: ${said}`
  }
  return { hostAddress, wrap: (program, args) => ({ program: 'ip', args: ['netns', 'exec', name, program, ...args] }), close }
}
