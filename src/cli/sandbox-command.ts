/** `reentry sandbox story`: the story of the mission on a made-up company, from the open loop to the closed one. */
import type { Command } from 'commander';
import { say } from './output.ts';

export function addSandboxCommand(program: Command): void {
  const sandbox = program.command('sandbox').description('A made-up company to look at and to play with.');
  sandbox
    .command('story')
    .description('Play one return: approved, refunded, resolved, not in the ERP; and how the loop is closed.')
    .addHelpText(
      'before',
      'Example:\n  reentry sandbox story     takes about half a minute, leaves nothing behind\n',
    )
    .action(async () => {
      // Loaded only here: the other commands start without a database and servers.
      const [{ mkdtemp, rm }, { tmpdir }, { join }, { randomBytes }] = await Promise.all([
        import('node:fs/promises'), import('node:os'), import('node:path'), import('node:crypto'),
      ]); // prettier-ignore
      const { startEmbeddedPostgres } = await import('../store/embedded-postgres.ts');
      const { openDatabase } = await import('../store/database.ts');
      const { migrateDatabase } = await import('../store/migrate.ts');
      const { createSeal, masterKeyBytes } = await import('../store/seal.ts');
      const { playStory } = await import('./play-story.ts');
      const folder = await mkdtemp(join(tmpdir(), 'reentry-story-'));
      const server = await startEmbeddedPostgres({ folder });
      try {
        const db = await openDatabase({ url: server.url });
        try {
          await migrateDatabase(db);
          await playStory(db, createSeal(randomBytes(masterKeyBytes)), say);
        } finally {
          await db.close();
        }
      } finally {
        await server.stop();
        await rm(folder, { recursive: true, force: true });
      }
    });
}
