#!/usr/bin/env bash
# Stops what start.sh started in DIR, by the process ids it wrote there.
# usage: stop.sh DIR
set -uo pipefail
dir="$1"
pgbin="$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)"
for server in tryton rt; do
  if [ -f "$dir/$server/pid" ]; then kill "$(cat "$dir/$server/pid")" 2>/dev/null; fi
done
if [ -d "$dir/pg/data" ]; then
  if [ "$(id -u)" = 0 ]; then
    runuser -u postgres -- "$pgbin/pg_ctl" -D "$dir/pg/data" -m fast stop >/dev/null
  else
    "$pgbin/pg_ctl" -D "$dir/pg/data" -m fast stop >/dev/null
  fi
fi
