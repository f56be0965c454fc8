/**
 * Processes that are killed (-9) and replaced. A member is a file that takes its orders with the first message, says
 * `ready`, and goes to work with the second.
 */
import { fork, type ChildProcess } from 'node:child_process';

export type Crew = {
  /** Kills one of those at work, whoever it is; not while a place is empty, or nobody would live long enough to work. */
  killOne(): boolean;
  killAll(): void;
};

/** Started and waiting, so that a killed process is replaced at once and all the others are at work meanwhile. */
const sparesMax = 2;

/** `size` processes at work; `ordersOf` gives the orders of the nth one that is started. */
export function createCrew(
  size: number,
  member: { readonly file: string; readonly args: readonly string[]; readonly compileCache: string },
  ordersOf: (index: number) => unknown,
  onKilled: (index: number) => void = () => {},
): Crew {
  const all = new Map<ChildProcess, number>();
  const ready: ChildProcess[] = [];
  const atWork: ChildProcess[] = [];
  let hired = 0;
  const place = (): void => {
    while (atWork.length < size && ready.length > 0) {
      const child = ready.shift()!;
      child.send('go');
      atWork.push(child);
    }
  };
  const hire = (): void => {
    const child = fork(member.file, member.args, {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...process.env, NODE_COMPILE_CACHE: member.compileCache },
    });
    const index = hired++;
    all.set(child, index);
    child.once('message', () => (ready.push(child), place()));
    child.once('exit', () => all.delete(child));
    child.send(ordersOf(index) as object);
  };
  const fill = (): void => {
    while (all.size < size + sparesMax) hire();
  };
  fill();
  return {
    killOne() {
      if (atWork.length < size) return false;
      const [victim] = atWork.splice(Math.floor(Math.random() * atWork.length), 1);
      const index = all.get(victim!);
      victim!.kill('SIGKILL');
      all.delete(victim!);
      if (index !== undefined) onKilled(index);
      place();
      fill();
      return true;
    },
    killAll() {
      for (const child of all.keys()) child.kill('SIGKILL');
    },
  };
}
