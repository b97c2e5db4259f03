# shellcheck shell=bash
#
# Makes the environment of scripts/bench: that of the newest Home Assistant, seen
# through a .pth file, and on top of it what requirements_bench.txt lists.

BENCH_STAMP=.cache/bench.stamp

# prepare_environment FOLDER BASE: a second call finds its work done.
prepare_environment() {
  local folder=$1 base=$2 uv
  if bench_is_prepared "$folder" "$base"; then return; fi
  rm -f "$BENCH_STAMP"
  uv=$(command -v uv || echo "$PWD/.cache/tools/bin/uv")
  use_settings_of_pip
  echo "bench: Creating $folder"
  "$uv" venv --quiet --clear --no-project --python "$base/bin/python" "$folder"
  site_packages "$base" >"$(site_packages "$folder")/base.pth"
  "$uv" pip install --quiet --python "$folder" --no-deps \
    --requirement requirements_bench.txt
  install_ulid_extension "$folder" "$base"
  bench_fingerprint "$base" >"$BENCH_STAMP"
}

bench_is_prepared() {
  [[ -f $BENCH_STAMP && $(<"$BENCH_STAMP") == "$(bench_fingerprint "$2")" ]] &&
    "$1/bin/python" -S -c ''
}

bench_fingerprint() {
  { pwd && cat requirements_bench.txt scripts/lib/bench/* .cache/setup.stamp; } | cksum
}

# uv reads none of pip's settings, and looks into the system's certificate store
# only when told to.
use_settings_of_pip() {
  local index
  if [[ -e /etc/ssl/certs/ca-certificates.crt ]]; then
    export UV_SYSTEM_CERTS=${UV_SYSTEM_CERTS:-true}
  fi
  index=${PIP_INDEX_URL:-$(python3 -m pip config get global.index-url 2>/dev/null)} || true
  if [[ -n $index && -z ${UV_INDEX_URL:-} ]]; then
    export UV_DEFAULT_INDEX=${UV_DEFAULT_INDEX:-$index}
  fi
}

site_packages() {
  "$1/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))'
}

# Every state write makes a ULID. Where the wheel came without its C extension, as
# it does for new Pythons, writing a state looks dearer than it is for users.
install_ulid_extension() {
  local folder=$1 base=$2 version
  if "$base/bin/python" -c 'import ulid_transform._ulid_impl' 2>/dev/null; then
    return
  fi
  version=$("$base/bin/python" -c \
    'from importlib.metadata import version; print(version("ulid-transform"))')
  REQUIRE_EXTENSION=1 "$uv" pip install --quiet --python "$folder" --no-deps \
    --no-binary ulid-transform "ulid-transform==$version" ||
    echo "bench: ulid-transform stays without its C extension (see above)."
}
