#!/usr/bin/env bash
# npm run test:live: starts real servers, tests the connectors against them, stops them.
# Skips, and says so, where there is no apt-get, no root to install with, or no way to the packages.
# A WooCommerce or an Odoo that is named by REENTRY_LIVE_WOOCOMMERCE_URL or REENTRY_LIVE_ODOO_URL is tested too, and first.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
cd "$here/../.."
# The pinned node. Not $NODE: npm sets that to whatever node it runs under itself.
node="$PWD/node_modules/.bin/node"
[ -x "$node" ] || node="$(command -v node)"
export LIVE_NODE="$node"

if [ -n "${REENTRY_LIVE_WOOCOMMERCE_URL:-}${REENTRY_LIVE_ODOO_URL:-}" ]; then
  timeout 1800 "$node" --test --test-reporter=spec --test-concurrency=1 \
    test/live/given-servers.test.ts test/live/woocommerce.test.ts test/live/odoo.test.ts
fi

skip() { echo "skipped: the live tests need $1"; exit 0; }
command -v apt-get >/dev/null || skip "apt-get for the real Tryton and Request Tracker"
if [ "$(id -u)" = 0 ]; then
  status=0
  timeout 300 bash "$here/install.sh" || status=$?
  [ "$status" != 75 ] || skip "a way to the package server, which does not answer"
  [ "$status" = 0 ] || { echo "the packages of the live tests could not be installed (exit $status)" >&2; exit 1; }
elif [ ! -x /usr/bin/trytond ] || [ ! -x /usr/sbin/rt-setup-database-5 ]; then
  skip "root to install the real Tryton and Request Tracker"
fi

dir="$(mktemp -d "${TMPDIR:-/tmp}/live.XXXXXX")"
finish() {
  bash "$here/stop.sh" "$dir"
  rm -rf "$dir"
}
trap finish EXIT
# So that a signal ends in `finish` too.
trap 'exit 130' INT TERM
timeout 480 bash "$here/start.sh" "$dir" || { echo "the servers did not start" >&2; exit 1; }
set -a; . "$dir/live.env"; set +a
unset REENTRY_LIVE_WOOCOMMERCE_URL REENTRY_LIVE_ODOO_URL
timeout 1200 "$node" --test --test-reporter=spec --test-concurrency=1 "test/live/**/*.test.ts"
