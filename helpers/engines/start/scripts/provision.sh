#!/bin/sh
# Makes a root file system of Debian packages without touching the host: apt with private folders, no maintainer script.
#
#   provision.sh WORK FINAL PACKAGE...
#
# WORK holds apt.conf and sources.sources, written by the suite, and everything temporary; FINAL appears complete or not
# at all. apt verifies the archive's signature and each package's digest. Progress goes to standard output.
set -eu
work=$1 final=$2
shift 2
export APT_CONFIG="$work/apt.conf" LC_ALL=C DEBIAN_FRONTEND=noninteractive
root=$work/rootfs
mkdir -p "$work/lists/partial" "$work/archives/partial" "$root"
: >"$work/status"

echo 'step update'
apt-get --quiet --quiet --error-on=any update
echo 'step download'
apt-get --yes --download-only --no-install-recommends install "$@"

echo 'step unpack'
mkdir -p "$root/etc" "$root/usr/bin" "$root/usr/sbin" "$root/usr/lib" "$root/usr/lib64"
for name in bin sbin lib lib64; do ln -s "usr/$name" "$root/$name"; done
export root
find "$work/archives" -name '*.deb' -print0 | xargs -0 -n 1 -P 2 sh -c '
  { dpkg-deb --fsys-tarfile "$1" || echo "$1" >>"$root/../damaged"; } |
    tar --extract --file - --directory "$root" --keep-directory-symlink --no-same-owner \
      --exclude "./usr/share/doc" --exclude "./usr/share/man" --exclude "./usr/share/locale" \
      --exclude "./usr/share/info" --exclude "./usr/share/lintian" --exclude "./usr/share/bash-completion" \
      --exclude "./dev/*"
' unpack
if [ -e "$work/damaged" ]; then echo "damaged package: $(cat "$work/damaged")" >&2; exit 1; fi

# What a maintainer script would have written and an engine reads.
if [ ! -e "$root/etc/passwd" ]; then echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"; fi
if [ ! -e "$root/etc/group" ]; then echo 'root:x:0:' >"$root/etc/group"; fi
echo '127.0.0.1 localhost' >"$root/etc/hosts"

for file in "$work/archives"/*.deb; do dpkg-deb --show --showformat '${Package} ${Version}\n' "$file"; done >"$root/packages"
# The last thing written: what each file must hold, and what this list itself must hold, so that a damaged cache is noticed
# before it is used. Names may hold anything but NUL.
(
  cd "$root"
  find . -type f -print0 | xargs -0 -r sha256sum --zero
  find . -type l -printf 'link %p\0%l\0'
) >"$work/content"
sum=$(sha256sum "$work/content")
printf 'end %s\0' "${sum%% *}" >>"$work/content"
chmod 0444 "$work/content"
mv "$work/content" "$root/content"
mkdir -p "$(dirname "$final")"
mv -T "$root" "$final"
echo 'step ready'
