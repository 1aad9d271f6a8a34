import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '../../../skerry-ports.ts'

const NGINX = '/usr/sbin/nginx'

/** nginx serving the files of a folder with sendfile: as fast as this machine serves anything. */
export class Nginx implements AsyncDisposable {
  /** Without a slash at its end; files are below it by name. */
  readonly url: string
  readonly #child: ReturnType<typeof spawn>

  private constructor(child: ReturnType<typeof spawn>, port: number) {
    this.#child = child
    this.url = `http://127.0.0.1:${port}`
  }

  static async start(dir: string): Promise<Nginx> {
    if (!existsSync(NGINX)) throw new Error('nginx is not installed: apt-get install nginx-light')
    const port = await freePort()
    await mkdir(join(dir, 'nginx'), { recursive: true })
    await writeFile(join(dir, 'nginx.conf'), configuration(dir, port))
    const args = ['-c', join(dir, 'nginx.conf'), '-e', join(dir, 'error.log'), '-g', 'daemon off;']
    const child = spawn(NGINX, args, { stdio: 'inherit' })
    const nginx = new Nginx(child, port)
    while (!(await nginx.#answers())) {
      if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    return nginx
  }

  /** Whatever it answers: there is no page at its root. */
  async #answers(): Promise<boolean> {
    return fetch(this.url, { method: 'HEAD' }).then(
      () => true,
      () => false,
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGTERM')
    await once(this.#child, 'exit')
  }
}

function configuration(dir: string, port: number): string {
  return `user root; worker_processes 1; pid ${dir}/nginx.pid;
events { worker_connections 64; }
http { access_log off; sendfile on; tcp_nopush on; client_body_temp_path ${dir}/nginx; proxy_temp_path ${dir}/nginx;
fastcgi_temp_path ${dir}/nginx; uwsgi_temp_path ${dir}/nginx; scgi_temp_path ${dir}/nginx;
server { listen 127.0.0.1:${port}; root ${dir}; } }`
}
