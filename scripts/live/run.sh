#!/usr/bin/env bash
# npm run test:live: starts real servers, tests the connectors against them, stops them.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
cd "$here/../.."
export NODE="${NODE:-$PWD/node_modules/.bin/node}"

if ! command -v apt-get >/dev/null; then
  echo "skipped: the live tests need apt-get for the real Tryton and Request Tracker"
  exit 0
fi
if [ "$(id -u)" != 0 ] && [ ! -x /usr/bin/trytond ]; then
  echo "skipped: the live tests need root to install the real Tryton and Request Tracker"
  exit 0
fi
if [ "$(id -u)" = 0 ]; then bash "$here/install.sh"; fi

dir="$(mktemp -d "${TMPDIR:-/tmp}/live.XXXXXX")"
finish() { bash "$here/stop.sh" "$dir"; rm -rf "$dir"; }
trap finish EXIT
bash "$here/start.sh" "$dir"
set -a; . "$dir/live.env"; set +a
"$NODE" --test --test-reporter=spec --test-concurrency=1 "test/live/**/*.test.ts"
