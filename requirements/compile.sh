#!/usr/bin/env bash
# Resolve all lists jointly, then each by itself under the joint pins, with hashes of every file of a release.
# Needs `uv` on the path (any scratch environment); it is no dependency of the project.
set -euo pipefail
cd "$(dirname "$0")"
joint=$(mktemp)
trap 'rm -f "$joint"' EXIT
options=(--universal --python-version 3.11 --no-header --no-emit-index-url --no-emit-find-links --quiet)
uv pip compile "${options[@]}" --no-annotate "$@" all.in --output-file "$joint"
for list in base docs ocr ml web proof postgres spark dev bench; do
    # Start from nothing, or the last file's pins would be kept.
    rm -f "$list.txt"
    uv pip compile "${options[@]}" --generate-hashes --no-annotate --constraints "$joint" "$list.in" --output-file "$list.txt"
done
