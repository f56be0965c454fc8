/**
 * A real browser inside an npm package, so that plain `npm test` runs it on a fresh machine, also as root; or another
 * Chromium, named by REENTRY_CHROMIUM.
 */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { chromium, type Browser } from 'playwright-core';

const cache = join(import.meta.dirname, '../../node_modules/.cache/reentry-browser');
const lock = `${cache}.lock`;
/** Unpacking takes seconds; a lock older than this belongs to a process that died. */
const lockLifeMs = 120_000;

const flags = [
  // As root, as in most containers, Chromium runs without its sandbox or not at all.
  '--no-sandbox', '--no-zygote', '--disable-gpu', '--disable-dev-shm-usage',
  // The same letters on every machine.
  '--font-render-hinting=none',
]; // prettier-ignore

export async function launchBrowser(): Promise<Browser> {
  const own = process.env['REENTRY_CHROMIUM'];
  if (own !== undefined && own !== '') return chromium.launch({ executablePath: own, args: flags });
  const executablePath = await unpackBrowser();
  return chromium.launch({
    executablePath, args: flags,
    // Libraries and fonts that a bare machine lacks lie beside it.
    env: { ...(process.env as Record<string, string>), LD_LIBRARY_PATH: [join(cache, 'al2023/lib'), process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':'), FONTCONFIG_PATH: join(cache, 'fonts') },
  }); // prettier-ignore
}

/** Unpacks the browser once per installation: the package would do it into the machine's temporary folder, and leave it there. */
async function unpackBrowser(): Promise<string> {
  const executable = join(cache, 'chromium');
  mkdirSync(cache, { recursive: true });
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
      if (age > lockLifeMs) rmSync(lock, { recursive: true, force: true });
      await wait(100);
    }
  }
  const { TMPDIR, AWS_EXECUTION_ENV } = process.env;
  try {
    process.env['TMPDIR'] = cache;
    // Makes the package unpack the libraries that a bare machine lacks.
    process.env['AWS_EXECUTION_ENV'] = 'AWS_Lambda_nodejs22.x';
    const { default: packed } = await import('@sparticuz/chromium');
    packed.setGraphicsMode = false;
    await packed.executablePath();
    nameFonts();
    return executable;
  } finally {
    restore('TMPDIR', TMPDIR);
    restore('AWS_EXECUTION_ENV', AWS_EXECUTION_ENV);
    rmSync(lock, { recursive: true, force: true });
  }
}

/**
 * The configuration that comes along names folders of the place it was made for. Without any font the browser dies where
 * a letter is missing from the page's own; the machine's come second, for signs that ours lack.
 */
function nameFonts(): void {
  const file = join(cache, 'fonts/fonts.conf');
  const text = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(cache, 'fonts/fonts')}</dir>
  <dir>/usr/share/fonts</dir>
  <alias><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
  <alias><family>system-ui</family><prefer><family>Open Sans</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
  <cachedir>${join(cache, 'fonts/cache')}</cachedir>
</fontconfig>
`;
  if (readFileSync(file, { encoding: 'utf8', flag: 'a+' }) !== text) writeFileSync(file, text);
}

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
