import { claims } from '../../helpers/runner/claims.ts';

// $ docker build -t hello .
// $ docker run -ti --rm hello
// $ docker save -o hello.tar hello
// $ tar -xf hello.tar
// $ jq '.[0].Layers[]' -r manifest.json
// $ for f in */layer.tar; do dir=`dirname $f`; mkdir -p "$dir/layer"; tar xf $f -C "$dir/layer"; done
// $ cat <layer>/layer/final.txt
//
// The lines are typed into a shell as they are written. Since Docker 25 an archive has no */layer.tar, so the loop and
// `cat` have nothing to work on; the lines that replace them are typed instead, and the report records both.
claims('shell', [
  'shell.build',
  'shell.run',
  'shell.save',
  'shell.jq-layers',
  'shell.loop',
  'shell.loop-today',
  'shell.cat',
  'shell.cat-today',
]);
