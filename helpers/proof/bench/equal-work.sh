# The engine calls of `npm run conformance -- --builder docker-build`, and nothing that judges them; what can run side by
# side runs side by side. Through the command line and the API, as the suite does both.
set -e
folder=$(mktemp -d -p "$WORK")
trap 'rm -rf "$folder"' EXIT
api() { curl --silent --show-error --fail --unix-socket "$SOCKET" "$@"; }
both() { for job in $jobs; do wait "$job"; done; jobs=; }
beside() { "$@" >/dev/null & jobs="$jobs $!"; }
tty() { script --quiet --return --command "$*" /dev/null </dev/null; }
run_api() {
  id=$(api -H 'Content-Type: application/json' "http://engine/containers/create" --data \
    "{\"Image\":\"$IMAGE\",\"Tty\":$1,\"HostConfig\":{\"NetworkMode\":\"none\"}}" | jq -r .Id)
  api -X POST "http://engine/containers/$id/start"
  api -X POST "http://engine/containers/$id/wait"
  api "http://engine/containers/$id/logs?stdout=1&stderr=1" --output /dev/null
  api -X DELETE "http://engine/containers/$id"
}

# Which engine it is.
beside api http://engine/version
beside api http://engine/info
beside docker version --format '{{.Client.Version}}'
beside docker buildx version
beside docker buildx inspect
both

# compile, builders
cp "$SOURCE"/c/main.c "$SOURCE"/fixtures/hello/* "$folder"
cd "$folder"
beside docker buildx ls
beside docker buildx inspect
${CC:-gcc} -o hello -static main.c

# shell: the documented lines, beside everything else
sh "$SOURCE/helpers/proof/bench/documented-lines.sh" >/dev/null & lines=$!

# build, twice
docker build --no-cache -t "$IMAGE" . >/dev/null 2>&1
docker build -t "$IMAGE-again" . >/dev/null 2>&1
beside api "http://engine/images/$IMAGE/json"
beside api "http://engine/images/$IMAGE-again/json"
beside api "http://engine/images/$IMAGE/history"
both

# run and save, each through both
beside docker run --rm --network none "$IMAGE"
beside tty docker run -ti --rm --network none "$IMAGE"
beside run_api false
beside run_api true
beside docker save -o "$folder/cli.tar" "$IMAGE"
beside api "http://engine/images/$IMAGE/get" --output api.tar
both

# load, and run again
api -X DELETE "http://engine/images/$IMAGE-again" >/dev/null
api -X DELETE "http://engine/images/$IMAGE" >/dev/null
docker load -i "$folder/cli.tar" >/dev/null
beside api "http://engine/images/$IMAGE/json"
beside run_api false
both
wait "$lines"
