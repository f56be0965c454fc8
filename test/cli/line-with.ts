import type { ChildProcess } from 'node:child_process';

/** The line that the service prints and that holds `text`; what it prints later is read and dropped. */
export async function lineWith(child: ChildProcess, text: string): Promise<string> {
  let seen = '';
  return new Promise((resolve, reject) => {
    child.stderr!.on('data', (chunk: Buffer) => {
      seen += String(chunk);
      const line = seen.split('\n').slice(0, -1).find((one) => one.includes(text)); // prettier-ignore
      if (line !== undefined) resolve(line);
    });
    child.once('exit', () => reject(new Error(`the service ended without saying "${text}":\n${seen}`)));
  });
}
