#!/bin/sh
# Runs a command as the first process of private namespaces and cleans up when it has ended, whatever ended it.
#
#   supervise.sh UNSHARE-OPTIONS REMOVE CGROUP COMMAND [ARGUMENT...]
#
# Standard input is a pipe whose other end only the suite holds; the command ends at its end of file, so a suite that
# was killed leaves nothing. Ending the first process of a PID namespace makes the kernel end every other one in it,
# and the mounts go with the last process. What the kernel does not remove is removed here: the folder REMOVE and the
# control groups called CGROUP, or CGROUP.<name> of an engine within this one. Commands of the suite that work in that
# folder have ended before.
#
# Signals are caught, not ignored: an ignored one would stay ignored in every process below, containers included.
trap : INT TERM HUP
options=$1 remove=$2 cgroup=$3
shift 3
# The folder is made here, so that there is never one that nobody removes; what it needs is put into it before the go.
if [ ! -d "$remove" ]; then mkdir -m 0700 -- "$remove" || exit 73; fi
echo ready
if ! read -r _; then
  rm -rf -- "$remove"
  exit 71
fi
# shellcheck disable=SC2086 # options are several words
unshare $options --fork --kill-child -- "$@"
status=$?
if [ -n "$cgroup" ]; then
  for group in "/sys/fs/cgroup/$cgroup" "/sys/fs/cgroup/$cgroup".* \
    /sys/fs/cgroup/*/"$cgroup" /sys/fs/cgroup/*/"$cgroup".*; do
    if [ -d "$group" ]; then find "$group" -depth -type d -exec rmdir {} \; ; fi
  done
fi
# Commands that work on the engine carry the folder in their environment: a shell may still write into it.
tries=0
while [ "$tries" -lt 50 ]; do
  left=$(grep -lsF -- "SCRATCH_COMMAND_FOLDER=$remove" /proc/[0-9]*/environ)
  for file in $left; do
    file=${file#/proc/}
    kill -KILL "${file%/environ}" 2>/dev/null
  done
  if [ -z "$left" ] && rm -rf -- "$remove" 2>/dev/null && [ ! -e "$remove" ]; then break; fi
  tries=$((tries + 1))
  sleep 0.1
done
rm -rf -- "$remove"
exit "$status"
