/** A real OpenSSH server on a free port, with keys of its own, for one test. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestContext } from 'node:test';

const program = '/usr/sbin/sshd';

/** For the `skip` of a test: false where the server is there, else why it is skipped. */
export const sshdSkip =
  existsSync(program) && existsSync('/usr/lib/openssh/sftp-server')
    ? false
    : 'there is no OpenSSH server here (Debian: apt-get install openssh-server)';

export type Sshd = {
  readonly port: number;
  readonly user: string;
  readonly privateKey: string;
  /** `SHA256:…` of the server's key, as `ssh-keygen -l` prints it. */
  readonly hostKey: string;
  /** Comes back when it has ended and answers no more. */
  stop(): Promise<void>;
};

export async function startSshd(t: TestContext, root: string): Promise<Sshd> {
  const folder = mkdtempSync(join(root, 'sshd-'));
  const key = (name: string): string => {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
    return join(folder, name);
  };
  const [host, client] = [key('host'), key('client')];
  const hostKey = execFileSync('ssh-keygen', ['-l', '-f', `${host}.pub`], { encoding: 'utf8' }).split(' ')[1]!; // prettier-ignore
  writeFileSync(join(folder, 'authorized'), readFileSync(`${client}.pub`), { mode: 0o600 });
  // Where the server gives up its rights; the package makes it at boot.
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true });
  const port = await freePort();
  const config = join(folder, 'config');
  writeFileSync(
    config,
    `Port ${port}\nListenAddress 127.0.0.1\nHostKey ${host}\nAuthorizedKeysFile ${join(folder, 'authorized')}
StrictModes no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nUsePAM no\nPidFile none\nPermitRootLogin yes
Subsystem sftp /usr/lib/openssh/sftp-server\n`,
  );
  const server = spawn(program, ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  server.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = once(server, 'exit');
  const stop = async (): Promise<void> => {
    server.kill();
    await ended;
  };
  t.after(stop);
  for (let tries = 0; tries < 100; tries++) {
    if (server.exitCode !== null) throw new Error(`sshd ended: ${said}`);
    if (await answers(port)) break;
    await sleep(50);
  }
  return { port, user: userInfo().username, privateKey: readFileSync(client, 'utf8'), hostKey, stop };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });
}
