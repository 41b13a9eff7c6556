import type { Json } from '../common/json.ts';
import { schemaProblems } from '../common/json-schema.ts';
import type { GateItem } from '../report/gate-model.ts';
import { observationIdOfToday } from '../report/read-report.ts';
import schema from './gate-allow.schema.json' with { type: 'json' };

/** A change that may happen. */
export interface Allowance {
  /** Id of a requirement or of an observation. */
  readonly id: string;
  readonly reason?: string;
  /** The last day on which it allows anything, `2026-11-23`. */
  readonly until?: string;
  /** Where it stands: `--allow` or the name of a file. */
  readonly by: string;
  /** It is meant for other commands too, which may need it where this one does not. */
  readonly isShared?: true;
}

/** Marks an item that an allowance covers; what is allowed already (by the register) stays as it is. */
export function markAllowed(item: GateItem, allowances: readonly Allowance[], today: string): GateItem {
  const allowance = allowances.find(
    ({ id, until }) => id === item.id && (until === undefined || today <= until),
  );
  if (item.allowed !== undefined || allowance === undefined) return item;
  const { by, reason } = allowance;
  return { ...item, allowed: { by, ...(reason !== undefined && { reason }) } };
}

/** Allowances that are over or that nothing needed, one sentence each: a list nobody prunes ends as a blindfold. */
export function allowanceNotes(
  allowances: readonly Allowance[],
  items: readonly GateItem[],
  today: string,
): readonly string[] {
  return allowances.flatMap(({ id, until, by, isShared = false }) => {
    if (until !== undefined && today > until)
      return [`${by} allowed ${id} until ${until}; renew it with its reason, or remove it.`];
    return isShared || items.some((item) => item.id === id)
      ? []
      : [`${by} allows ${id}, which neither breaks nor changes; remove it.`];
  });
}

/** Reads `gate.json`. Answers sentences when it cannot be used. */
export function parseAllowances(
  text: string,
  name: string,
): { readonly allowances: readonly Allowance[] } | { readonly problems: readonly string[] } {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return { problems: [`${name}: this is not JSON; correct its syntax.`] };
  }
  const problems = schemaProblems(schema, value, name);
  if (problems.length > 0) return { problems };
  const { allow } = value as unknown as { readonly allow: readonly Omit<Allowance, 'by'>[] };
  return {
    allowances: allow.map((allowance) => ({
      ...allowance,
      id: observationIdOfToday(allowance.id),
      by: name,
    })),
  };
}
