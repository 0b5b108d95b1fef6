import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import path from 'node:path'
import type { TestContext } from 'node:test'
import { makeFolder } from './folder.ts'
import { freePort } from './free-port.ts'
import { type Program, startProgram } from './program.ts'
import { nginxRtmpModule } from './tools.ts'
import { until } from './wait.ts'

export type NginxRtmp = {
  readonly program: Program
  /** Without a key. */
  readonly url: string
  readonly port: number
  /** Full paths of what it recorded so far, one file a publish. */
  recordings(): string[]
}

/** Starts nginx with its RTMP module: it records every publisher of application `live` as FLV. One process, ended with the test. */
export async function startNginxRtmp(t: TestContext): Promise<NginxRtmp> {
  const folder = makeFolder(t)
  const recordDir = path.join(folder, 'rec')
  mkdirSync(recordDir)
  const port = await freePort()
  const config = path.join(folder, 'nginx.conf')
  writeFileSync(
    config,
    `load_module ${nginxRtmpModule};
daemon off;
master_process off;
error_log ${folder}/error.log warn;
pid ${folder}/nginx.pid;
events { worker_connections 256; }
rtmp {
  server {
    listen 127.0.0.1:${port};
    chunk_size 4096;
    application live {
      live on;
      record all;
      record_unique on;
      record_path ${recordDir};
      record_suffix .flv;
    }
  }
}
`,
  )
  const program = startProgram(t, 'nginx', ['-e', `${folder}/error.log`, '-p', folder, '-c', config], {
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` },
  })
  await until('nginx listens', () => isListening(port))
  return {
    program,
    url: `rtmp://127.0.0.1:${port}/live`,
    port,
    recordings: () =>
      readdirSync(recordDir)
        .sort()
        .map((name) => path.join(recordDir, name)),
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
