#!/usr/bin/env bash
# Installs the real Tryton 6 and Request Tracker 5 from Debian packages, where they are not there yet (about 45 s).
set -euo pipefail
cd "$(dirname "$0")"

mapfile -t packages < packages.txt
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  echo "installing ${missing[*]}"
  apt-get update -qq
  # No service is to start: the servers of the tests are private and on loopback.
  DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
fi
