#!/usr/bin/env bash
# Makes the tag of a release: `npm run tag-release`. The tagged commit is the current one and the bundle, which is on no
# branch, so that the action runs from the tag; .github/workflows/release.yml does the rest when the tag is pushed.
set -euo pipefail

fail() { echo "tag-release: $1" >&2; exit 1; }

version=$(node --print 'require("./package.json").version')
tag=v$version
[ -z "$(git status --porcelain)" ] || fail 'there are changes that are not committed'
grep --quiet --line-regexp --fixed-strings "## $version" CHANGELOG.md || fail "CHANGELOG.md has no heading \"## $version\""
if git show-ref --quiet --tags "$tag"; then fail "there is a tag $tag; raise the version in package.json"; fi

npm run --silent build
# An index of its own leaves the branch and the working tree as they are.
index=$(mktemp --directory)
trap 'rm -r "$index"' EXIT
export GIT_INDEX_FILE=$index/index
git read-tree HEAD
git add --force dist/bin
git tag "$tag" "$(git commit-tree "$(git write-tree)" -p HEAD -m "Release $version")"
echo "To release: git push origin $tag"
