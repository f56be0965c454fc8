#!/usr/bin/env bash
# Starts a private PostgreSQL, Tryton and Request Tracker on loopback and writes DIR/live.env, which the tests read.
# usage: start.sh DIR
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
dir="$1"
node="${LIVE_NODE:-$here/../../node_modules/.bin/node}"
pgbin="$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)"

read -r pgport trytonport rtport hookport < <("$node" "$here/free-ports.ts" 4)
mkdir -p "$dir/pg" "$dir/tryton" "$dir/rt"
chmod 755 "$dir"
as_postgres() { (cd / && if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi); }
if [ "$(id -u)" = 0 ]; then chown postgres "$dir/pg"; fi

as_postgres "$pgbin/initdb" -D "$dir/pg/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
cat >> "$dir/pg/data/postgresql.conf" <<C
listen_addresses = '127.0.0.1'
port = $pgport
unix_socket_directories = '$dir/pg'
timezone = 'UTC'
# The data lives as long as the test run.
fsync = off
synchronous_commit = off
full_page_writes = off
# Without fresh statistics, activating Tryton's modules takes minutes instead of one.
autovacuum_naptime = 2s
autovacuum_analyze_threshold = 20
C
as_postgres "$pgbin/pg_ctl" -D "$dir/pg/data" -l "$dir/pg/log" -w start >/dev/null
trap 'bash "$here/stop.sh" "$dir"' ERR

tryton() {
  cat > "$dir/tryton/trytond.conf" <<C
[web]
listen = 127.0.0.1:$trytonport
[database]
uri = postgresql://postgres@127.0.0.1:$pgport/
path = $dir/tryton/data
C
  mkdir -p "$dir/tryton/data"
  printf 'admin-pw-1' > "$dir/tryton/password"
  "$pgbin/createdb" -h 127.0.0.1 -p "$pgport" -U postgres tryton
  TRYTONPASSFILE="$dir/tryton/password" /usr/bin/trytond-admin -c "$dir/tryton/trytond.conf" -d tryton \
    -u sale sale_complaint stock_lot account_invoice_stock web_shop --activate-dependencies \
    --email admin@example.test -l en
  /usr/bin/trytond -c "$dir/tryton/trytond.conf" -d tryton > "$dir/tryton/log" 2>&1 &
  echo $! > "$dir/tryton/pid"
}

request_tracker() {
  sed -e "s|@PORT@|$rtport|g" -e "s|@PGPORT@|$pgport|g" -e "s|@HOOKPORT@|$hookport|g" \
    "$here/RT_SiteConfig.pm" > "$dir/rt/RT_SiteConfig.pm"
  sed -e "s|@HOOKPORT@|$hookport|g" "$here/rt-initialdata.pl" > "$dir/rt/initialdata.pl"
  export RT_SITE_CONFIG="$dir/rt/RT_SiteConfig.pm" RT_SITE_CONFIG_DIR="$dir/rt/none"
  "$pgbin/psql" -q -h 127.0.0.1 -p "$pgport" -U postgres -c "create role rtuser login password 'rtpw'"
  "$pgbin/createdb" -h 127.0.0.1 -p "$pgport" -U postgres -O rtuser rt5
  local setup=(/usr/sbin/rt-setup-database-5 --skip-create --dba rtuser --dba-password rtpw --force)
  "${setup[@]}" --action init
  "${setup[@]}" --action insert --datafile "$dir/rt/initialdata.pl"
  TMPDIR="$dir/rt" /usr/share/request-tracker5/libexec/rt-server --port "$rtport" --host 127.0.0.1 > "$dir/rt/log" 2>&1 &
  echo $! > "$dir/rt/pid"
}

tryton > "$dir/tryton/setup.log" 2>&1 & one=$!
request_tracker > "$dir/rt/setup.log" 2>&1 & two=$!
wait $one || { tail -20 "$dir/tryton/setup.log" >&2; false; }
wait $two || { tail -20 "$dir/rt/setup.log" >&2; false; }

cat > "$dir/live.env" <<C
LIVE_TRYTON_URL=http://127.0.0.1:$trytonport/tryton/
LIVE_TRYTON_PASSWORD=admin-pw-1
LIVE_RT_URL=http://127.0.0.1:$rtport
LIVE_RT_USER=shopsync
LIVE_RT_PASSWORD=Vq7-sync-9
LIVE_RT_HOOK_PORT=$hookport
C
wait_for() {
  for _ in $(seq 120); do
    if curl -s -o /dev/null --max-time 5 "$@"; then return 0; fi
    sleep 0.5
  done
  echo "no answer: ${*: -1}" >&2
  return 1
}
wait_for -X POST -H 'Content-Type: application/json' -d '{"id":0,"method":"common.server.version","params":[]}' \
  "http://127.0.0.1:$trytonport/"
wait_for "http://127.0.0.1:$rtport/REST/2.0/rt"
