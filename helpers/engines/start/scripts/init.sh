#!/bin/sh
# First process of a PID namespace: runs a command and ends as soon as standard input does, which makes the kernel end
# everything else in the namespace.
#
#   init.sh RUN COMMAND [ARGUMENT...]        writes its process number, as seen from outside, to RUN/pid
set -eu
run=$1
shift
# The /proc mounted here is still the outer namespace's.
read -r pid _ </proc/self/stat
echo "$pid" >"$run/pid"
# A background command of a shell reads /dev/null, hence another descriptor.
exec 3<&0 </dev/null
trap 'exit 70' TERM
( while read -r _; do :; done; kill -TERM 1 ) <&3 &
exec 3<&-
"$@" &
status=0
wait $! || status=$?
if [ -f "$run/engine.log" ]; then tail -n 20 "$run/engine.log" >&2; fi
exit "$status"
