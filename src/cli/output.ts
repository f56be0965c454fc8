/** Data goes to stdout, messages to stderr. A reader that has seen enough (`| head`) ends the program quietly. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { AppError } from '../wire/errors.ts';

const chunkMax = 1 << 16;

/** Writes text in chunks to stdout or a file. Synchronous: nothing is lost when the process ends afterwards. */
export class Output {
  readonly #descriptor: number;
  readonly #name: string;
  #pending: string[] = [];
  #length = 0;
  #broken = false;

  private constructor(descriptor: number, name: string) {
    this.#descriptor = descriptor;
    this.#name = name;
  }

  static stdout(): Output {
    return new Output(1, 'stdout');
  }

  /** Opens a file for writing, `-` for stdout. Throws `output-unwritable`. */
  static file(path: string): Output {
    if (path === '-') return Output.stdout();
    try {
      return new Output(openSync(path, 'w'), path);
    } catch (cause) {
      throw new AppError('output-unwritable', { detail: path, cause });
    }
  }

  write(text: string): void {
    this.#pending.push(text);
    this.#length += text.length;
    if (this.#length >= chunkMax) this.flush();
  }

  flush(): void {
    if (this.#length === 0) return;
    const text = this.#pending.join('');
    const bytes = Buffer.from(
      this.#descriptor === 1 && process.stdout.isTTY ? forTerminal(text) : text,
      'utf8',
    );
    this.#pending = [];
    this.#length = 0;
    let written = 0;
    while (written < bytes.length && !this.#broken) {
      try {
        written += writeSync(this.#descriptor, bytes, written);
      } catch (error) {
        this.#handle(error);
      }
    }
  }

  close(): void {
    this.flush();
    if (this.#descriptor > 2) closeSync(this.#descriptor);
  }

  #handle(error: unknown): void {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // A pipe that is full for the moment: try again after a breath.
    if (code === 'EAGAIN') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    else if (code === 'EPIPE') this.#broken = true;
    else throw new AppError('output-unwritable', { detail: this.#name, cause: error });
  }
}

/** Bold, dim and their end: what our own reports are painted with. */
const controls = /\u001B\[(?:1|2|22)m|[^\P{Cc}\n\t]/gu; // eslint-disable-line no-control-regex

/** Text without what could drive a terminal: names and messages come from elsewhere. */
export function forTerminal(text: string): string {
  return text.replaceAll(controls, (found) => (found.length > 1 ? found : '\uFFFD'));
}

/** The same on one line: in a log the next line is somebody else's word. */
export const oneLine = (text: string): string =>
  forTerminal(text)
    .split('\n')
    .map((line) => line.trim())
    .join(' ');

/** One line for people. */
export function say(text: string): void {
  try {
    writeSync(2, `${forTerminal(text)}\n`);
  } catch {
    // Nobody listens; there is nobody to tell.
  }
}

const widthMin = 60;
const widthMax = 120;

/** How to write for people on stdout: colour only on a terminal that wants it (https://no-color.org). */
export function terminalOptions(): { readonly colour: boolean; readonly width: number } {
  const { isTTY, columns } = process.stdout;
  const noColour = process.env['NO_COLOR'];
  const colour = isTTY && (noColour === undefined || noColour === '') && process.env['TERM'] !== 'dumb';
  return { colour, width: Math.min(widthMax, Math.max(widthMin, isTTY ? columns : 110)) };
}
