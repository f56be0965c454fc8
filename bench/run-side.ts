/** One run of one side, in this process: `node bench/run-side.ts MODULE SIZE FOLDER [DATABASE_URL]`; prints its figures as JSON. */
import { importPeer } from './import-peer.ts';
import type { Figures, Side } from './side.ts';

const [module = '', size = '', folder = '', databaseUrl = ''] = process.argv.slice(2);

const { run } = (await import(`./sides/${module}.ts`)) as { readonly run: Side };
const before = process.cpuUsage();
const figures: Figures = await run({ size: Number(size), folder, databaseUrl, importPeer });
const used = process.cpuUsage(before);
const own: Figures = {
  'CPU s': (used.user + used.system) / 1e6,
  'peak MB': process.resourceUsage().maxRSS / 1024,
  ...figures,
};
console.log(JSON.stringify(own));
// Pools and watchers of peers may still hold the process.
process.exit(0);
