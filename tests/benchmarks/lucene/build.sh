#!/usr/bin/env bash
# Lucene Monitor and the program that measures it, once. Prints the class path. Needs mvn and a JDK, 17 or newer.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
version=$(sed -n 's:.*<lucene.version>\(.*\)</lucene.version>.*:\1:p' "$here/pom.xml")
target=${LUCENE_DIST:-${XDG_CACHE_HOME:-$HOME/.cache}/courant-benchmarks/lucene-$version}
if [ ! -f "$target/.ok" ]; then
  mkdir -p "$target"
  mvn -q -B -f "$here/pom.xml" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$target/libs" >&2
  touch "$target/.ok"
fi
mkdir -p "$target/classes"
javac -nowarn -d "$target/classes" -cp "$target/libs/*" "$here/Percolate.java" >&2
echo "$target/classes:$target/libs/*"
