/** A file of container-structure-test, schemaVersion 2.0.0, with the field names of that project. */
export interface StructureTests {
  readonly globalEnvVars?: readonly TestValue[] | null;
  readonly commandTests?: readonly CommandTest[];
  readonly fileExistenceTests?: readonly FileExistenceTest[];
  readonly fileContentTests?: readonly FileContentTest[];
  readonly metadataTest?: MetadataTest;
  readonly licenseTests?: readonly object[];
  readonly containerRunOptions?: object;
}

export interface CommandTest {
  readonly name: string;
  readonly setup?: readonly unknown[] | null;
  readonly teardown?: readonly unknown[] | null;
  readonly command: string;
  readonly args?: readonly string[] | null;
  readonly envVars?: readonly TestValue[] | null;
  readonly expectedOutput?: readonly string[] | null;
  readonly excludedOutput?: readonly string[] | null;
  readonly expectedError?: readonly string[] | null;
  readonly excludedError?: readonly string[] | null;
  /** Default: 0. */
  readonly exitCode?: number;
}

export interface FileExistenceTest {
  readonly name: string;
  readonly path: string;
  /** Default: true. */
  readonly shouldExist?: boolean;
  /** As Go writes a mode: `-rw-r--r--`, `dtrwxrwxrwx`. */
  readonly permissions?: string;
  /** -1 is the same as none. */
  readonly uid?: number;
  readonly gid?: number;
  readonly isExecutableBy?: '' | 'owner' | 'group' | 'other' | 'any';
}

export interface FileContentTest {
  readonly name: string;
  readonly path: string;
  readonly expectedContents?: readonly string[] | null;
  readonly excludedContents?: readonly string[] | null;
}

export interface MetadataTest {
  /** The former name of `envVars`. */
  readonly env?: readonly TestValue[] | null;
  readonly envVars?: readonly TestValue[] | null;
  readonly unboundEnvVars?: readonly TestValue[] | null;
  readonly labels?: readonly TestValue[] | null;
  readonly entrypoint?: readonly string[] | null;
  readonly cmd?: readonly string[] | null;
  readonly exposedPorts?: readonly (string | number)[] | null;
  readonly unexposedPorts?: readonly (string | number)[] | null;
  readonly volumes?: readonly string[] | null;
  readonly unmountedVolumes?: readonly string[] | null;
  readonly workdir?: string;
  readonly user?: string;
}

export interface TestValue {
  readonly key: string;
  readonly value?: string;
  readonly isRegex?: boolean;
}

/** The variables of an image, for `$NAME` and `${NAME}` in paths and words. */
export type Environment = ReadonlyMap<string, string>;

export function environmentOf(list: unknown): Environment {
  const texts = Array.isArray(list) ? (list as readonly unknown[]).map(String) : [];
  return new Map(
    texts.map((text) => {
      const [name = ''] = text.split('=', 1);
      return [name, text.slice(name.length + 1)] as const;
    }),
  );
}

/** As a Unix shell does it: a variable that is not set is empty. */
export function substitute(text: string, environment: Environment): string {
  return text.replaceAll(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced: string, plain: string) => {
    return environment.get(braced ?? plain) ?? '';
  });
}
