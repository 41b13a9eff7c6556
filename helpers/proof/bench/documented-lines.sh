# The lines of the documented procedure and nothing else; the loop and `cat` in the form that works on this engine.
set -e
folder=$(mktemp -d -p "$WORK")
trap 'rm -rf "$folder"' EXIT
cp "$SOURCE"/c/main.c "$SOURCE"/fixtures/hello/* "$folder"
cd "$folder"
[ -z "$ALONE" ] || {
  docker buildx ls
  docker buildx inspect
}
${CC:-gcc} -o hello -static main.c
docker build --quiet ${ALONE:+--no-cache} -t "$IMAGE-lines" .
script --quiet --return --command "docker run -ti --rm --network none $IMAGE-lines" /dev/null </dev/null
docker save -o hello.tar "$IMAGE-lines"
tar -xf hello.tar
jq '.[0].Layers[]' -r manifest.json
for f in $(jq '.[0].Layers[]' -r manifest.json); do mkdir -p "$f.d/layer"; tar xf $f -C "$f.d/layer"; done
cat $(jq '.[0].Layers[2]' -r manifest.json).d/layer/final.txt
cat $(jq '.[0].Layers[3]' -r manifest.json).d/layer/final.txt
