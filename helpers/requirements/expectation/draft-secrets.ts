import type { Json } from '../../common/json.ts';
import { holdsSecret, isSecretName } from '../../common/secrets.ts';
import type { ExpectedConfig, ExpectedValues } from './expectation-model.ts';

interface WithoutSecrets {
  readonly config: ExpectedConfig;
  /** What was left out, in words without the values. */
  readonly secrets: readonly string[];
}

/**
 * Leaves out what looks like a secret: single variables and labels, whose lists then may hold others, and whole fields of
 * arguments. A draft states less by it, but nothing false.
 */
export function withoutSecrets(config: ExpectedConfig): WithoutSecrets {
  const { Env, Labels, ...rest } = config;
  const fields = Object.entries(rest as Readonly<Record<string, Json>>);
  const kept = fields.filter(([, value]) => !holdsSecret(value));
  const hidden = fields.filter(([, value]) => holdsSecret(value)).map(([name]) => name);
  const variables = (Env ?? []).filter(holdsSecret);
  const labels = Object.entries(Labels ?? {}).filter(([name, value]) => isSecretEntry(name, value));
  const others = [
    ...(variables.length > 0 ? (['Env'] as const) : []),
    ...(labels.length > 0 ? (['Labels'] as const) : []),
  ];
  const secret = new Set(labels.map(([name]) => name));
  return {
    config: {
      ...Object.fromEntries(kept),
      ...(Env && { Env: Env.filter((variable) => !holdsSecret(variable)) }),
      ...(Labels && {
        Labels: Object.fromEntries(Object.entries(Labels).filter(([name]) => !secret.has(name))),
      }),
      ...(others.length > 0 && { others }),
    },
    secrets: [
      ...hidden,
      ...variables.map((variable) => `Env ${variable.split('=', 1)[0]}`),
      ...labels.map(([name]) => `label ${name}`),
    ],
  };
}

function isSecretEntry(name: string, value: string): boolean {
  return (value !== '' && isSecretName(name)) || holdsSecret(value);
}

export function secretsComment(secrets: readonly string[]): string {
  return `Left out because they look like secrets (--show-secrets states them): ${secrets.join(', ')}.`;
}

/** Values by name; one that looks like a secret is only stated to be there. */
export function draftValues(values: Readonly<Record<string, string>>, showSecrets: boolean): ExpectedValues {
  const entries = Object.entries(values);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, !showSecrets && isSecretEntry(name, value) ? '*' : value]),
  );
}
