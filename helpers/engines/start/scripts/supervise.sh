#!/bin/sh
# Runs a command as the first process of private namespaces and cleans up when it has ended, whatever ended it.
#
#   supervise.sh UNSHARE-OPTIONS REMOVE CGROUP COMMAND [ARGUMENT...]
#
# Standard input is a pipe whose other end only the suite holds; the command ends at its end of file, so a suite that
# was killed leaves nothing. Ending the first process of a PID namespace makes the kernel end every other one in it,
# and the mounts go with the last process. What the kernel does not remove is removed here: the folder REMOVE and the
# control groups called CGROUP, or CGROUP.<name> of an engine within this one.
#
# Signals are caught, not ignored: an ignored one would stay ignored in every process below, containers included.
trap : INT TERM HUP
options=$1 remove=$2 cgroup=$3
shift 3
# shellcheck disable=SC2086 # options are several words
unshare $options --fork --kill-child -- "$@"
status=$?
if [ -n "$cgroup" ]; then
  for group in "/sys/fs/cgroup/$cgroup" "/sys/fs/cgroup/$cgroup".* \
    /sys/fs/cgroup/*/"$cgroup" /sys/fs/cgroup/*/"$cgroup".*; do
    if [ -d "$group" ]; then find "$group" -depth -type d -exec rmdir {} \; ; fi
  done
fi
rm -rf -- "$remove"
exit "$status"
