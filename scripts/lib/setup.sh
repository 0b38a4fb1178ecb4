# shellcheck shell=bash disable=SC2034
# Shared by the scripts beside it: says what it does, installs what is missing, builds a preset. Sourced, not run.

XRAY_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

BUILD_PACKAGES=(g++ cmake ninja-build pkg-config ccache
  libpoco-dev libboost-dev libyaml-cpp-dev libspdlog-dev libsimdjson-dev libsqlite3-dev libpq-dev libzstd-dev zlib1g-dev libssl-dev libcli11-dev
  libvalijson-dev libre2-dev prometheus-cpp-dev)
TEST_PACKAGES=(python3-venv zsh fish libgtest-dev libgmock-dev json-schema-test-suite sqlite3 clang-format clang-tidy)
BENCH_PACKAGES=(libbenchmark-dev)
# The server that scripts/with-postgres starts.
POSTGRES_PACKAGES=(postgresql)

# So that ccache knows a file again in another clone, and beside a precompiled header.
export CCACHE_BASEDIR=$XRAY_ROOT CCACHE_NOHASHDIR=true
export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime

if [ -t 1 ]; then BOLD=$'\e[1m' DIM=$'\e[2m' PLAIN=$'\e[0m'; else BOLD='' DIM='' PLAIN=''; fi

say() { printf '%s==> %s%s\n' "$BOLD" "$*" "$PLAIN"; }
fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# as_root COMMAND…: directly when we are root, else through sudo.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "This needs root: run it as root, or install sudo. Wanted: $*"
  fi
}

# install_packages NAME…: those that are missing, with apt.
install_packages() {
  local name missing=()
  for name in "$@"; do
    dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null | grep -qx installed || missing+=("$name")
  done
  [ ${#missing[@]} = 0 ] && return
  command -v apt-get >/dev/null || fail "These Debian packages are needed, and there is no apt-get here: ${missing[*]}"
  say "Installing with apt: ${missing[*]}"
  as_root apt-get update -q
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
}

# build PRESET FOLDER [CMAKE_OPTION…]: configures and builds everything in build/FOLDER.
build() {
  local preset=$1 folder=build/$2
  shift 2
  say "Building in $folder with $(nproc) cores (preset $preset; the first time takes some minutes)"
  mkdir -p "$XRAY_ROOT/build"
  local log="$XRAY_ROOT/$folder-configure.log"
  (cd "$XRAY_ROOT" && cmake --preset "$preset" -B "$folder" -DCMAKE_CXX_COMPILER_LAUNCHER=ccache "$@") >"$log" 2>&1 || {
    cat "$log" >&2
    fail "Configuring failed; the output above is in $log too."
  }
  cmake --build "$XRAY_ROOT/$folder" -j "$(nproc)"
}
