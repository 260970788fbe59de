#!/usr/bin/env bash
# Miniflux, to be measured beside us: from the Go module proxy to $MINIFLUX, once. Needs go 1.26 or newer.
set -euo pipefail
VERSION=v2.3.1
SUM='h1:r/z/FJK7dAPlqwC1Fzyw+j4SGMaSCNNzbKsBtavxe/w='
MINIFLUX=${MINIFLUX:-${XDG_CACHE_HOME:-$HOME/.cache}/courant-benchmarks/miniflux-$VERSION}

[ -x "$MINIFLUX" ] && { echo "$MINIFLUX"; exit; }
work=$(mktemp -d)
trap 'chmod -R u+w "$work" && rm -rf "$work"' EXIT
cd "$work"
go mod init measured 2>/dev/null
export GONOSUMDB='*'  # the sum is pinned here
found=$(go mod download -json "miniflux.app/v2@$VERSION")
field() { sed -n "s/^\t\"$1\": \"\(.*\)\",\{0,1\}\$/\1/p" <<<"$found"; }
[ "$(field Sum)" = "$SUM" ] || { echo "miniflux $VERSION is not what was measured before: $(field Sum)" >&2; exit 1; }
cp -R "$(field Dir)" source && chmod -R u+w source
mkdir -p "$(dirname "$MINIFLUX")"
(cd source && go build -buildvcs=false -o "$MINIFLUX" .) >&2
echo "$MINIFLUX"
