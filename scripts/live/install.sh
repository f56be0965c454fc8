#!/usr/bin/env bash
# Installs the real Tryton 6 and Request Tracker 5 from Debian packages, where they are not there yet (about 45 s).
# Exit 75: the package server cannot be reached.
set -euo pipefail
cd "$(dirname "$0")"

mapfile -t packages < packages.txt
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0
echo "installing ${missing[*]}"
apt=(apt-get -qq -o DPkg::Lock::Timeout=120 -o Acquire::Retries=2 -o Acquire::http::Timeout=20)
timeout 120 "${apt[@]}" update || exit 75
# No service is to start: the servers of the tests are private and on loopback.
DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 "${apt[@]}" install -y --no-install-recommends "${missing[@]}" >/dev/null
