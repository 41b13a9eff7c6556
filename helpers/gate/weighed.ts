import type { GateItem } from '../report/gate-model.ts';
import { describeSubjects } from './subjects.ts';

/** The items by where they hold, in the order in which a place first appears. */
export function byPlace(items: readonly GateItem[]): ReadonlyMap<string, readonly GateItem[]> {
  const places = new Map<string, GateItem[]>();
  for (const item of items) {
    const place = placeOf(item);
    places.set(place, [...(places.get(place) ?? []), item]);
  }
  return places;
}

/** `every saved archive (10)`, `{classic-api, buildx}/{docker-save, api-save} (4)`, `shell`. */
export function placeOf({ where, subject, subjects = [subject] }: GateItem): string {
  return where === undefined ? describeSubjects(subjects) : `${where} (${subjects.length})`;
}

/** `Allowed by gate.json: Nobody reads it.`, or what to do. */
export function allowanceOrAdvice({ allowed, advice }: GateItem): string {
  return allowed === undefined ? advice : `Allowed by ${allowed.by}: ${allowed.reason ?? 'no reason given.'}`;
}
