#!/bin/sh
# Builds pgvector from Debian's source package and installs it into the PostgreSQL named by pg_config.
# usage: install-pgvector.sh PG_CONFIG MAJOR WORK_DIRECTORY   (root, Debian)
# Debian 12 has no pgvector package, but Debian 13 has the source; nothing of Debian 13 is installed or upgraded here.
set -eu
pg_config=$1 major=$2 work=$3
version=0.8.0-1
fail() { echo "$*" >&2; exit 1; }

mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
cd "$work"

# Mirror and key are this machine's own: a site with an internal mirror has no other way out.
# The origin must be Debian's main archive, not its security archive, which does not hold the source.
site=$(apt-get indextargets --format '$(REPO_URI) $(LABEL) $(COMPONENT) $(CREATED_BY)' |
  awk '$2 == "Debian" && $3 == "main" && $4 == "Packages" { print $1; exit }')
[ -n "$site" ] || fail "no Debian archive among the apt sources; run apt-get update, or install pgvector >= 0.7 for PostgreSQL $major by hand"
plain=${site%/}
key=$(cat /etc/apt/sources.list.d/*.sources /dev/null 2>/dev/null | awk -v site="$plain" '
  /^[[:space:]]*#/ { next }
  /^[[:space:]]*$/ { uri = 0; next }
  tolower($1) == "uris:" { for (i = 2; i <= NF; i++) { u = $i; sub(/\/$/, "", u); if (u == site) uri = 1 } }
  tolower($1) == "signed-by:" && uri && $2 ~ /^\// { print $2; exit }')
[ -n "$key" ] || key=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /dev/null 2>/dev/null |
  grep '^[[:space:]]*deb ' | grep -F " $plain" | sed -n 's/.*signed-by=\([^] ]*\).*/\1/p' | head -n 1)
[ -n "$key" ] || key=/usr/share/keyrings/debian-archive-keyring.gpg
options=
[ ! -r "$key" ] || options=" [signed-by=$key]"
echo "deb-src$options $site trixie main" > sources.list

private="-o Dir::Etc::sourcelist=$work/sources.list -o Dir::Etc::sourceparts=- -o Dir::State::lists=$work/lists -o Dir::Cache=$work/cache"
apt-get $private -q update
apt-get $private -q source --download-only "pgvector=$version"

# Headers of the server that is installed. Unpacked beside the build, not installed: the package would pull in a compiler suite.
installed=$(dpkg-query -W -f '${Version}' "postgresql-$major" 2>/dev/null || true)
apt-get -q download "postgresql-server-dev-$major=$installed" ||
  apt-get -q download "postgresql-server-dev-$major"
rm -rf headers source
dpkg -x postgresql-server-dev-"$major"_*.deb headers
mkdir source
tar -xf pgvector_*.orig.tar.gz -C source --strip-components=1
cd source
flags="OPTFLAGS= with_llvm=no PG_CONFIG=$pg_config"
headers="includedir_server=$work/headers/usr/include/postgresql/$major/server"
make $flags "$headers" -j"$(getconf _NPROCESSORS_ONLN)"
make $flags "$headers" install
