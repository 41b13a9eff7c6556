/**
 * Attacks on the command line: hostile inputs and faults, each one row of data. `npm run attack` runs the real command
 * line on every row in a process of its own, with limits on processor time, memory and time, and prints one table.
 *
 * To add one: a row in the file of its subject (`outputs.ts`, `escaping.ts`, ...), or a new file whose list is named in
 * `attacks.ts`. `prepare` writes what the row needs into its own room and says what to run there. Every row is held to
 * the rules of `judge.ts` beside its own wishes: no character that steers a terminal, no stack trace, no `Suite bug`,
 * nothing left in TMPDIR, in the working folder or as a process. A row marked `short` also runs in the self-tests, so
 * it must need neither an engine nor more than about a second.
 *
 * Never here: verdicts on archives (see mutants), engines that a row did not start itself.
 */

export interface Attack {
  /** Stable and unique, such as `output-folder`. */
  readonly id: string;
  /** Subject in one or two words; rows of one kind stand together in the table. */
  readonly kind: string;
  /** What is done, in a few words. */
  readonly title: string;
  readonly wanted: WantedEnding;
  /** Runs in the self-tests too. */
  readonly short?: boolean;
  readonly prepare: (room: Room) => Call | Promise<Call>;
  /** What only this row can know; a sentence when it is not as wanted. */
  readonly check?: (after: After) => string | undefined | Promise<string | undefined>;
  /** Takes back what `prepare` did outside of the room's folders: mounts, processes. */
  readonly restore?: (room: Room) => void | Promise<void>;
}

export interface WantedEnding {
  readonly exitCodes: readonly number[];
  /** Must be found in what was said on standard output and standard error. */
  readonly says?: RegExp | string;
  /** Files that the command is asked to write, relative to the working folder. */
  readonly writes?: readonly string[];
  readonly budget?: Partial<AttackBudget>;
}

/** Limits; a process that crosses one is ended. */
export interface AttackBudget {
  readonly cpuSeconds: number;
  readonly megabytes: number;
  readonly seconds: number;
}

/** What any input up to 100 MB may cost. The time is wide, for machines that do other work too. */
export const BUDGET: AttackBudget = { cpuSeconds: 10, megabytes: 400, seconds: 120 };

/** The folders of one row; all go when it ends. */
export interface Room {
  /** The working folder of the command. */
  readonly work: string;
  /** TMPDIR of the command. */
  readonly tmp: string;
  /** XDG_CACHE_HOME and HOME of the command. */
  readonly home: string;
  /** For what the row itself needs and nobody looks at. */
  readonly aside: string;
}

/** What to run. Names in `argv` may be relative to the working folder. */
export interface Call {
  /** After the name of the command line: `['check', 'x.tar']`. */
  readonly argv: readonly string[];
  /** Default: closed at once. `closed` has no descriptor 0 at all; a path is opened. */
  readonly stdin?: Uint8Array | 'closed' | { readonly path: string };
  /** Default: read by the attack. A path is opened; `ended` is a pipe whose reader has gone. */
  readonly stdout?: 'ended' | 'closed' | { readonly path: string };
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Default: the room's working folder. */
  readonly cwd?: string;
  /** Instead of Node and the command line: a program with its arguments, before `argv`. */
  readonly command?: readonly [string, ...string[]];
  /** Called once the process runs, to disturb it. */
  readonly during?: (pid: number) => void | Promise<void>;
}

/** How a command ended, what it said and what it cost. */
export interface Ended {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  /** The limit that ended it. */
  readonly over?: keyof AttackBudget;
  readonly stdout: string;
  readonly stderr: string;
  readonly cpuSeconds: number;
  readonly megabytes: number;
  readonly seconds: number;
  /** Processes of the command that outlived it, in words; they are ended. */
  readonly outlived: readonly string[];
}

/** What was seen. */
export interface After extends Omit<Ended, 'outlived'> {
  readonly room: Room;
  readonly call: Call;
  /** New or changed files in the folders, beside those that were to be written; processes that are still there. */
  readonly left: readonly string[];
}

export interface Row {
  readonly attack: Attack;
  readonly after: After;
  /** Empty when it is as wanted. */
  readonly problems: readonly string[];
}
