/**
 * Test databases on a Citus cluster. A database of it is one on every machine, with the same name; a clone of a
 * distributed template is a clone on each of them.
 */
import pg from 'pg';

type Node = { readonly host: string; readonly port: number; readonly isCoordinator: boolean };

/** The machines behind a server; undefined where it is no cluster. */
export async function findCluster(url: string): Promise<readonly Node[] | undefined> {
  return withClient(url, async (client) => {
    const { rows: found } = await client.query<{ found: boolean }>("select to_regclass('pg_dist_node') is not null as found"); // prettier-ignore
    if (found[0]?.found !== true) return undefined;
    const { rows } = await client.query<Node>(
      `select nodename as host, nodeport as port, groupid = 0 as "isCoordinator" from pg_dist_node order by groupid`,
    );
    return rows.length === 0 ? undefined : rows;
  });
}

/** Creates an empty database on every machine and joins them to a cluster. */
export async function createClusterDatabase(
  url: string,
  name: string,
  nodes: readonly Node[],
): Promise<void> {
  await everywhere(url, `create database ${name} template template0 encoding 'UTF8'`);
  await withClient(urlOf(url, name), async (client) => {
    await client.query('create extension citus');
    for (const { host, port, isCoordinator } of nodes) {
      if (isCoordinator) await client.query('select citus_set_coordinator_host($1, $2)', [host, port]);
      else {
        const { rows } = await client.query<{ success: boolean; result: string }>(
          "select success, result from master_run_on_worker(array[$1], array[$2::int], array['create extension citus'], false)",
          [host, port],
        );
        if (rows[0]?.success !== true) throw new Error(`${host}:${port}: ${rows[0]?.result}`);
        await client.query('select citus_add_node($1, $2)', [host, port]);
      }
    }
    // Few shards: what is tested is that there are some, not how many.
    await client.query(`alter database ${name} set citus.shard_count = 4`);
  });
}

/** Nobody may be connected to a template, and the cluster's own processes are. */
export async function sealTemplate(url: string, name: string): Promise<void> {
  await everywhere(url, `alter database ${name} with allow_connections false`);
  await everywhere(url, `do $do$ begin perform pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'; end $do$`); // prettier-ignore
  for (let tries = 0; tries < 100; tries += 1) {
    const { rows } = await withClient(url, (client) =>
      client.query<{ left: string }>(`select (select count(*) from pg_stat_activity where datname = '${name}')
        + coalesce((select sum(result::int) from run_command_on_workers($$select count(*) from pg_stat_activity where datname = '${name}'$$)), 0) as left`)); // prettier-ignore
    if (Number(rows[0]?.left) === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`somebody is still connected to ${name}`);
}

/** Runs a statement on the coordinator and on every worker. */
export async function everywhere(url: string, sql: string): Promise<void> {
  await withClient(url, async (client) => {
    await client.query('set citus.enable_create_database_propagation to off').catch(() => {});
    await client.query(sql);
    const { rows } = await client.query<{ nodename: string; success: boolean; result: string }>(
      'select nodename, success, result from run_command_on_workers($1)',
      [sql],
    );
    const failed = rows.find((row) => !row.success);
    if (failed !== undefined) throw new Error(`${failed.nodename}: ${failed.result}`);
  });
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function urlOf(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
