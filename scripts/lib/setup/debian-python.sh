# shellcheck shell=bash
#
# Unpacks Debian's own Python 3.14 into a folder of the project. It needs no
# root and changes nothing of the system.
#
# That Python is built against a newer libc than older releases have, so the
# folder also holds libc and every other library that Python loads.

DEBIAN_RELEASE=forky
DEBIAN_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# unpack_debian_python FOLDER UV: afterwards FOLDER/bin/python3.14 runs, and
# the folder cannot be moved.
unpack_debian_python() {
  local prefix=$PWD/$1 uv=$2 work=$PWD/$1.work archive
  command -v apt-get >/dev/null || give_up "There is no apt-get to fetch it with."
  rm -rf "$prefix" "$work"
  configure_apt
  find_archive
  download_packages
  unpack_packages
  bind_libraries
  mv "$work/root/usr" "$prefix"
  rm -rf "$work"
}

# An apt that works in $work: with an empty status file it names every library
# down to libc, and the system's own hooks stay out of it.
configure_apt() {
  mkdir -p "$work"/{lists,archives}/partial
  touch "$work/status"
  cat >"$work/apt.conf" <<EOF
#clear APT::Update;
#clear DPkg;
APT::Sandbox::User "";
Debug::NoLocking "true";
Dir::State::lists "$work/lists";
Dir::State::status "$work/status";
Dir::Cache "$work";
Dir::Cache::archives "archives";
EOF
}

private_apt() {
  apt-get --config-file "$work/apt.conf" -qq "$@" ||
    give_up "apt-get could not fetch Debian's Python 3.14 (see above)."
}

# The system's lists tell which Debian archive this machine uses. Where they
# were never fetched, private copies of them do.
find_archive() {
  archive=$(list_archives)
  if [[ -z $archive ]]; then
    apt-get --config-file "$work/apt.conf" -qq update || true
    archive=$(list_archives --config-file "$work/apt.conf")
  fi
  [[ -n $archive ]] || give_up "apt knows no Debian archive to fetch it from."
}

# shellcheck disable=SC2016 # $(REPO_URI) is apt-get's to expand.
list_archives() {
  apt-get "$@" indextargets --format '$(REPO_URI)' \
    'Identifier: Packages' 'Label: Debian' | sed -n 1p
}

download_packages() {
  local signed_by=
  if [[ -e $DEBIAN_KEYRING ]]; then signed_by="[signed-by=$DEBIAN_KEYRING]"; fi
  echo "deb $signed_by $archive $DEBIAN_RELEASE main" >"$work/sources.list"
  cat >>"$work/apt.conf" <<EOF
Dir::Etc::SourceList "$work/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
EOF
  private_apt update
  private_apt install --yes --download-only --no-install-recommends \
    python3.14 libstdc++6
  # Of this one only the headers are wanted, none of what it depends on.
  (cd "$work/archives" && private_apt download libpython3.14-dev)
}

unpack_packages() {
  local package
  for package in "$work"/archives/*.deb; do
    dpkg-deb --extract "$package" "$work/root"
  done
  rm -rf "$work"/root/usr/{sbin,share} "$work"/root/usr/lib/python3.14/config-*
  # The common pyconfig.h includes the one of the architecture by a path that
  # only /usr/include has.
  mv "$work"/root/usr/include/*/python3.14/pyconfig.h \
    "$work/root/usr/include/python3.14"
}

# An RPATH, unlike a RUNPATH, also holds for the modules that Python loads.
bind_libraries() {
  local python=$work/root/usr/bin/python3.14 libc libraries loader
  libc=$(cd "$work/root/usr" && echo lib/*/libc.so.6)
  libraries=$prefix/${libc%/*}
  loader=$(patchelf --print-interpreter "$python")
  patchelf --set-interpreter "$libraries/${loader##*/}" \
    --force-rpath --set-rpath "$libraries" "$python"
}

patchelf() { "$uv" tool run --quiet patchelf "$@"; }
