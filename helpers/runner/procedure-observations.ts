import type { Json } from '../common/json.ts';
import type { EngineHandle } from '../engines/engine-model.ts';
import type { Observation } from '../report/report-model.ts';
import type {
  BuildEvidence,
  BuildersEvidence,
  FlowEvidence,
  ShellEvidence,
} from '../requirements/procedure/evidence.ts';

/** What the flow shows beside its requirements: recorded in the report with the first requirement of its step, judged by nobody. */

type Reader = (evidence: never) => Readonly<Record<string, Json>>;

const READERS: Readonly<Record<string, Reader>> = {
  'builders.driver': ({ current, driver, buildkit, platforms }: BuildersEvidence) => ({
    'flow.builder': current,
    'flow.builder-driver': driver,
    'flow.builder-buildkit': buildkit,
    'flow.builder-platforms': [...platforms],
  }),
  'build.no-labels': ({ image }: BuildEvidence) => ({
    'flow.labels-added': Object.keys(image.labels).sort(),
  }),
  'shell.jq-layers': ({ lines }: ShellEvidence) => ({
    'flow.lines-as-written': Object.fromEntries(
      Object.values(lines).map(({ command, exitCode }) => [
        command.replaceAll(/[0-9a-f]{64}/g, '<id>').replaceAll(/[0-9a-f]{12}\/hello:shell/g, 'hello'),
        exitCode === 0 ? 'works' : 'no longer works',
      ]),
    ),
  }),
};

/** The observations that go with one requirement. */
export function procedureObservations(
  id: string,
  evidence: FlowEvidence[keyof FlowEvidence],
  { name }: EngineHandle,
): readonly Observation[] {
  const values = READERS[id]?.(evidence as never) ?? {};
  const subject = 'builder' in evidence ? `${name}/${evidence.builder}` : `${name}/${id.split('.')[0]}`;
  return Object.entries(values).map(([observation, value]) => ({ id: observation, subject, value }));
}
