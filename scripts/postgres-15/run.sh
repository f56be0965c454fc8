#!/usr/bin/env bash
# npm run test:db: every test that touches a database, on PostgreSQL 15 as Debian ships it, in a private cluster; or where
# DATABASE_URL names a server, on that one: its login must be allowed to create databases, and on the coordinator of a
# Citus cluster every test gets a distributed one.
set -euo pipefail
cd "$(dirname "$0")/../.."
# npm sets NODE to the one it runs on itself, which may be older.
export NODE="$PWD/node_modules/.bin/node"

run_tests() {
  "$NODE" -e 'const pg=require("pg");(async()=>{const c=new pg.Client(process.env.TEST_DATABASE_URL);await c.connect();console.log((await c.query("select version()")).rows[0].version);const x=await c.query("select extversion from pg_extension where extname=$1",["citus"]);if(x.rows.length)console.log("Citus "+x.rows[0].extversion);await c.end()})()'
  # The files that ask for a database, wherever they are; the embedded server's own test is about another one.
  mapfile -t files < <(grep -rlE "useTestDatabases\(" test --include='*.test.ts' | sort)
  "$NODE" --test --test-global-setup=test/global-setup.ts --test-concurrency=2 --test-reporter="${REPORTER:-spec}" "${@:-${files[@]}}"
}
if [ -n "${DATABASE_URL:-}" ]; then
  export TEST_DATABASE_URL="$DATABASE_URL"
  unset DATABASE_URL
  run_tests "$@"
  exit
fi
bin=/usr/lib/postgresql/15/bin

if [ ! -x "$bin/initdb" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing postgresql-15"
  apt-get update -qq
  # No cluster of the system's own is to start.
  mkdir -p /etc/postgresql-common
  [ -e /etc/postgresql-common/createcluster.conf ] || echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
  DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -qq -y --no-install-recommends postgresql-15 >/dev/null
fi
if [ ! -x "$bin/initdb" ]; then
  echo "skipped: PostgreSQL 15 is not there (Debian: apt-get install postgresql-15)"
  exit 0
fi

dir="$(mktemp -d "${TMPDIR:-/tmp}/reentry-pg15.XXXXXX")"
as=()
if [ "$(id -u)" = 0 ]; then
  chown postgres "$dir"
  as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
fi
finish() {
  "${as[@]}" "$bin/pg_ctl" -D "$dir/cluster" -m immediate -w stop >/dev/null 2>&1 || true
  rm -rf "$dir"
}
trap finish EXIT
cd "$dir"
"${as[@]}" "$bin/initdb" -D "$dir/cluster" -U reentry --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-instructions >/dev/null
port="$("$NODE" -e 'const s=require("node:net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')"
# Nothing here must survive a crash: no waiting for the disk.
"${as[@]}" "$bin/pg_ctl" -D "$dir/cluster" -w -l "$dir/log" -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off -c timezone=UTC" start >/dev/null
cd - >/dev/null
export TEST_DATABASE_URL="postgres://reentry@127.0.0.1:$port/postgres"
run_tests "$@"
