import { toJsonText } from '../common/json.ts';
import type { GateReport } from '../report/gate-model.ts';
import type { Report } from '../report/report-model.ts';
import { artifactUri, SARIF_SCHEMA } from '../report/sarif.ts';
import { type GateFinding, type GateScanOptions, gateFile, gateFindings } from './gate-findings.ts';
import { placeOf } from './weighed.ts';

/** SARIF 2.1.0 of a gate: a result for each thing that breaks or changes, suppressed where it is allowed. */
export function renderGateSarif(
  gate: GateReport,
  { suite, ...options }: GateScanOptions & Pick<Report, 'suite'>,
): string {
  const findings = gateFindings(gate, options);
  const ids = [...new Set(findings.map(({ item }) => item.id))];
  const uri = artifactUri(gateFile(gate));
  const sides = `${gate.baseline.name}..${gate.candidate.name}`;
  const run = {
    tool: {
      driver: {
        name: suite.name,
        semanticVersion: suite.version,
        rules: ids.flatMap((id) => findings.find(({ item }) => item.id === id) ?? []).map(ruleOf),
      },
    },
    automationDetails: { id: `${suite.name}/gate/${Buffer.from(sides)}/` },
    invocations: [
      {
        commandLine: gate.command,
        executionSuccessful: gate.verdict !== 'could-not-judge',
        toolExecutionNotifications: gate.notJudged.map((text) => ({ level: 'error', message: { text } })),
      },
    ],
    columnKind: 'utf16CodeUnits',
    results: findings.map((finding) => resultOf(finding, ids.indexOf(finding.item.id), uri)),
    properties: { verdict: gate.verdict, summary: gate.summary },
  };
  return `${toJsonText({ $schema: SARIF_SCHEMA, version: '2.1.0', runs: [run] })}\n`;
}

function ruleOf({ item: { id, title, consequence, advice }, level }: GateFinding) {
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: `${title}. ${consequence}` },
    defaultConfiguration: { level },
    help: {
      text: `${consequence}\n\n${advice}`,
      markdown: `**${title}.** ${consequence}\n\n${advice}\n\n\`scratch-conformance explain ${id}\``,
    },
    properties: {
      tags: ['container-image', 'upgrade'],
      precision: 'very-high',
      'problem.severity': severity(level),
    },
  };
}

function severity(level: GateFinding['level']): string {
  return level === 'note' ? 'recommendation' : level;
}

function resultOf({ item, level, text, fingerprint }: GateFinding, ruleIndex: number, uri: string) {
  const { id, allowed, before, after, weight } = item;
  return {
    ruleId: id,
    ruleIndex,
    level,
    message: { text },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri }, region: { startLine: 1 } },
        logicalLocations: [{ fullyQualifiedName: placeOf(item), kind: 'member' }],
      },
    ],
    partialFingerprints: { primaryLocationLineHash: fingerprint },
    properties: { before: before ?? null, after: after ?? null, ...(weight && { weight }) },
    ...(allowed && {
      suppressions: [{ kind: 'external', justification: allowed.reason ?? `Allowed by ${allowed.by}.` }],
    }),
  };
}
