#!/bin/sh
# Makes a root from a root file system of Debian packages and becomes the engine in it. Runs in private mount, PID and
# network namespaces.
#
#   enter.sh RUN ROOTFS SIZE CGROUP2 [NAME=VALUE...] chroot . COMMAND [ARGUMENT...]
#
# RUN is visible under the same path inside and outside: socket, log and the run's work folder. RUN/entered holds the
# process number, as seen from outside, of what becomes COMMAND: its working folder is the new root. The root is a tmpfs of
# at most SIZE with the packages' /usr bound read-only, so the cache stays untouched and the data vanishes with the
# namespace. CGROUP2 `private` mounts a fresh cgroup2 hierarchy for engines that refuse the host's.
set -eu
# Whoever wants to remove the root file system is refused as long as this lives. flock makes what it does not find.
if [ ! -f "$2/content" ]; then echo "the root file system $2 went meanwhile: run this again" >&2; exit 69; fi
if [ -z "${SCRATCH_LOCKED-}" ]; then SCRATCH_LOCKED=1 exec flock --shared --close "$2" sh "$0" "$@"; fi
run=$1 rootfs=$2 size=$3 cgroup2=$4
shift 4

read -r pid _ </proc/self/stat
echo "$pid" >"$run/entered"
root=$run/root
mount -t tmpfs -o "mode=0755,size=$size" scratch-conformance "$root"
mkdir -p "$root/usr" "$root/proc" "$root/sys" "$root/dev" "$root/run" "$root/tmp" "$root/root" \
  "$root/var/lib" "$root/var/tmp" "$root/var/log"
chmod 1777 "$root/tmp" "$root/var/tmp"
ln -s ../run "$root/var/run"
cp -a "$rootfs/etc" "$root/etc"
for name in bin sbin lib lib64; do ln -s "usr/$name" "$root/$name"; done
mount --bind "$rootfs/usr" "$root/usr"
# Refused in a user namespace where the host's mount has options of its own; there the caller owns the files anyway.
mount -o remount,bind,ro "$root/usr" || [ -n "${SCRATCH_USER_NAMESPACE:-}" ]
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
mount --rbind /dev "$root/dev"
# podman keeps its locks in shared memory: neither the host's nor another engine's.
mount -t tmpfs -o mode=1777 scratch-conformance "$root/dev/shm"
if [ "$cgroup2" = private ]; then mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"; fi
if [ -d "$run/files" ]; then cp -a "$run/files/." "$root/"; fi
mkdir -p "$root$run"
mount --bind "$run" "$root$run"

# The loopback interface of a new network namespace is down. Perl sets it up on every machine: perl-base is essential in
# Debian, and ip(8) is not. 0x8914 is SIOCSIFFLAGS, 0x41 IFF_UP and IFF_RUNNING.
perl -MSocket -e 'socket(my $socket, AF_INET, SOCK_DGRAM, 0) or die "loopback: $!\n";
  my $request = pack("a16 s x22", "lo", 0x41);
  ioctl($socket, 0x8914, $request) or die "loopback: $!\n"'

# Docker warns with every container when this namespace of its own does not forward, as a host with Docker would.
echo 1 2>/dev/null >"$root/proc/sys/net/ipv4/ip_forward" || true

# The root of the mount namespace itself has to change, as switch_root(8) does it: in a mere chroot the namespaces of
# containers would keep the host's root, and `docker exec` would end up there.
cd "$root"
mount --no-mtab --move "$root" /

# `container` keeps engines from loading AppArmor profiles into the host's kernel.
exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin HOME=/root container=scratch-conformance \
  "$@" >"$run/engine.log" 2>&1
