#!/bin/sh
# Becomes a machine with a root of its own, as a container has one, and runs a command in it. Runs in private mount and
# PID namespaces, on the network of the host.
#
#   machine.sh WAY ROOT ROOTFS CACHE [NAME=VALUE...] COMMAND [ARGUMENT...]
#
# ROOT holds what the machine writes; ROOTFS has the packages, whose /usr is bound read-only; CACHE is shared with other
# machines and stands at /root/.cache. WAY is `pivot_root`, or `chroot` for a root that is not a mount point.
set -eu
way=$1 root=$2 rootfs=$3 cache=$4
shift 4
set -- env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin HOME=/root LANG=C.UTF-8 CI=1 "$@"

# pivot_root(2) asks for a mount point.
if [ "$way" = pivot_root ]; then mount --bind "$root" "$root"; fi
mkdir -p "$root/usr" "$root/proc" "$root/sys" "$root/dev" "$root/run" "$root/tmp" "$root/mnt" "$root/root/.cache" "$root/var/tmp" \
  "$root/.host"
chmod 1777 "$root/tmp" "$root/var/tmp"
for name in bin sbin lib lib64; do ln -sfn "usr/$name" "$root/$name"; done
mount --bind "$rootfs/usr" "$root/usr"
mount -o remount,bind,ro "$root/usr"
mount --bind "$cache" "$root/root/.cache"
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=0755 scratch-conformance "$root/run"

if [ "$way" = chroot ]; then exec chroot "$root" env --chdir=/opt/suite "$@"; fi
cd "$root"
pivot_root . .host
umount --lazy /.host
cd /opt/suite
exec "$@"
