#!/usr/bin/env bash
# lint.sh: docs/openapi.json against Spectral's rules and OWASP's; ends with 0 only without a warning,
# with 75 if what it needs cannot be fetched. Needs npm.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
kept=${XDG_CACHE_HOME:-$HOME/.cache}/courant-spectral/$(sha256sum "$here/package-lock.json" | cut -c1-16)
if [[ ! -x $kept/node_modules/.bin/spectral ]]; then
  mkdir -p "$kept"
  cp "$here/package.json" "$here/package-lock.json" "$kept"
  npm ci --prefix "$kept" --ignore-scripts --no-fund --no-audit --silent || exit 75
fi
cp "$here/ruleset.yaml" "$kept"  # its rules are looked for beside it
"$kept/node_modules/.bin/spectral" lint --ruleset "$kept/ruleset.yaml" --fail-severity hint "$here/../../docs/openapi.json"
