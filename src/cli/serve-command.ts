/** `reentry serve`: the watch that never sleeps. */
import { Option, type Command } from 'commander';
import { say } from './output.ts';
import type { ServeOptions } from './run-service.ts';

/** `api` answers requests, `worker` reads, absorbs and folds, `all` does both. */
const roles = ['all', 'api', 'worker'] as const;

export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .summary('run the service; what "reentry" alone does')
    .description('Run the service: PostgreSQL, engine and API in one process, or parts of it in several.')
    .addHelpText(
      'before',
      `Examples:
  reentry serve                                     with your connections, or the sandbox company
  DATABASE_URL=postgres://… reentry serve           on a PostgreSQL of your own, 15 or newer
  DATABASE_URL=… reentry serve --role api           several processes on one database: some answer,
  DATABASE_URL=… reentry serve --role worker        any number works
`,
    )
    .addOption(
      new Option('--data <folder>', 'where the service keeps its data')
        .default('.reentry')
        .env('REENTRY_DATA'),
    )
    .addOption(
      new Option('--host <address>', 'address to listen on').default('127.0.0.1').env('REENTRY_HOST'),
    )
    .addOption(new Option('--port <number>', 'port to listen on').default('4180').env('REENTRY_PORT'))
    .addOption(
      new Option('--public-url <url>', 'address as people type it, behind a proxy').env('REENTRY_PUBLIC_URL'),
    )
    .option('--sandbox', 'watch the sandbox company even though connections are configured')
    .option('--seed <text>', 'seed of the sandbox company', 'demo')
    .addOption(
      new Option('--role <role>', 'what this process does; the database is shared')
        .choices(roles)
        .default('all'),
    )
    .addOption(
      new Option(
        '--probe-port <number>',
        'with --role worker: answer /health and /metrics there, from this machine or with a token',
      ).env('REENTRY_PROBE_PORT'),
    )
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
