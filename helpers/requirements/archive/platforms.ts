/** Values of GOARCH and GOOS that the Go toolchain knows ("Optional environment variables", golang.org/doc/install/source). */
export const GOARCH: ReadonlySet<string> = new Set(
  '386 amd64 arm arm64 loong64 mips mipsle mips64 mips64le ppc64 ppc64le riscv64 s390x wasm'.split(' '),
);

export const GOOS: ReadonlySet<string> = new Set(
  'aix android darwin dragonfly freebsd illumos ios js linux netbsd openbsd plan9 solaris wasip1 windows'.split(
    ' ',
  ),
);
