import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node';
import { isExplained } from './judge.ts';
import type { TimedJudged } from './judged.ts';

/** Told what the tests of a run find out; each project is one engine. */
export interface RunListener {
  /** How many tests a file has. */
  planned?(project: string, tests: number): void;
  began?(project: string, step: string): void;
  judged?(project: string, judged: readonly TimedJudged[]): void;
  ended?(project: string, step: string, judged: readonly TimedJudged[]): void;
}

/** All that the tests of an engine found out. */
export interface ProjectResult {
  readonly judged: readonly TimedJudged[];
  /** What could not be judged and is in no outcome. */
  readonly errors: readonly string[];
}

/** The source of truth of a run: what the tests judged, not what vitest counted. It writes nothing. */
export class JudgementReporter implements Reporter {
  readonly #listener: RunListener;
  readonly #judged: { readonly project: string; readonly step: string; readonly judged: TimedJudged }[] = [];
  readonly #errors = new Map<string, readonly string[]>();
  #general: readonly string[] = [];

  constructor(listener: RunListener = {}) {
    this.#listener = listener;
  }

  onTestModuleCollected(module: TestModule): void {
    this.#listener.planned?.(module.project.name, [...module.children.allTests()].length);
  }

  onTestSuiteReady({ parent, project, name }: TestSuite): void {
    if (parent.type === 'module') this.#listener.began?.(project.name, name);
  }

  onTestCaseResult(test: TestCase): void {
    const { judged = [] } = test.meta();
    const durationMs = (test.diagnostic()?.duration ?? 0) / Math.max(1, judged.length);
    const timed = judged.map((one) => ({ ...one, durationMs }));
    const { name } = test.project;
    for (const one of timed) this.#judged.push({ project: name, step: stepOf(test), judged: one });
    this.#listener.judged?.(name, timed);
  }

  onTestSuiteResult({ parent, project, name }: TestSuite): void {
    if (parent.type !== 'module') return;
    const own = this.#judged.filter((one) => one.project === project.name && one.step === name);
    this.#listener.ended?.(
      project.name,
      name,
      own.map(({ judged }) => judged),
    );
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly { readonly message: string }[]): void {
    this.#general = unhandled.map(({ message }) => message);
    for (const module of modules) {
      const { name } = module.project;
      this.#errors.set(name, [...(this.#errors.get(name) ?? []), ...errorsOf(module)]);
    }
  }

  /** What projects found out, once the run has ended, and what no project is to blame for, such as a worker that died. */
  resultOf(...projects: readonly string[]): ProjectResult {
    return {
      judged: this.#judged.filter(({ project }) => projects.includes(project)).map(({ judged }) => judged),
      errors: [...this.#general, ...projects.flatMap((project) => this.#errors.get(project) ?? [])],
    };
  }
}

/** Name of the outermost suite. */
function stepOf(test: TestCase): string {
  let step = '';
  for (let { parent } = test; parent.type === 'suite'; { parent } = parent) step = parent.name;
  return step;
}

/** What went wrong in a file and is in no outcome. */
function errorsOf(module: TestModule): readonly string[] {
  const unexplained = [...module.children.allTests('failed')]
    .filter((test) => !isExplained(test.meta().judged?.flatMap(({ outcomes }) => outcomes)))
    .map((test) => `${test.fullName}: ${test.result().errors?.[0]?.message ?? 'failed'}`);
  return [...module.errors().map(({ message }) => message), ...unexplained];
}
