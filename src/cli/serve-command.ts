/** `reentry serve`: the watch that never sleeps. */
import type { Command } from 'commander';
import { say } from './output.ts';
import type { ServeOptions } from './run-service.ts';

export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('Run the service: PostgreSQL, engine and API in one process.')
    .addHelpText(
      'before',
      'Examples:\n  reentry serve                       with your connections, or the sandbox company\n  DATABASE_URL=postgres://… reentry serve\n',
    )
    .option('--data <folder>', 'where the service keeps its data', '.reentry')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on', '4180')
    .option('--public-url <url>', 'address as people type it, behind a proxy')
    .option('--sandbox', 'watch the sandbox company even though connections are configured')
    .option('--seed <text>', 'seed of the sandbox company', 'demo')
    .action(async (options: ServeOptions) => {
      // From the first moment on, so that a signal during the start leaves no server behind.
      const asked = new Promise<void>((resolve) => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
      });
      // Loaded only here: the other commands start without a database and a web server.
      const { serve } = await import('./run-service.ts');
      const stop = await serve(options);
      await asked;
      say('Stopping.');
      await stop();
    });
}
