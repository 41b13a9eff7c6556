import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'smol-toml';
import { quoteWord, showName } from '../common/escape.ts';
import type { EngineAddress } from './address.ts';
import { EngineError } from './error.ts';

/** One entry of `podman system connection list`. */
interface Connection {
  readonly name: string;
  readonly uri: string;
}

/** What podman's command line would talk to, where that is not the podman of this host. */
interface PodmanHost {
  readonly environment: NodeJS.ProcessEnv;
  readonly system: string;
}

const REMEDY = 'Forward its socket by ssh -L and set DOCKER_HOST to that.';

/** The engine that `CONTAINER_HOST` or `CONTAINER_CONNECTION` names. Throws EngineError for one that cannot be reached. */
export async function podmanAskedFor(host: PodmanHost): Promise<EngineAddress | undefined> {
  const { CONTAINER_HOST: uri, CONTAINER_CONNECTION: name } = host.environment;
  if (uri) return addressOf(host, { name: '', uri }, 'CONTAINER_HOST');
  return name ? addressOf(host, await namedConnection(host, name), `podman connection ${name}`) : undefined;
}

/** The default connection: on Linux podman does without one, elsewhere it is a machine's. */
export async function podmanByDefault(host: PodmanHost): Promise<EngineAddress | undefined> {
  if (host.system === 'linux') return undefined;
  const { name, connections } = await readConnections(host);
  if (name === undefined) return undefined;
  return addressOf(host, named(connections, name), `podman connection ${name}`);
}

async function namedConnection(host: PodmanHost, name: string): Promise<Connection> {
  return named((await readConnections(host)).connections, name);
}

function named(connections: readonly Connection[], name: string): Connection {
  const found = connections.find((connection) => connection.name === name);
  if (found !== undefined) return found;
  throw new EngineError(
    `The podman connection ${quoteWord(name)} is in force but does not exist; choose another one (podman system connection list).`,
  );
}

function addressOf(host: PodmanHost, { name, uri }: Connection, origin: string): EngineAddress {
  const address = (dockerHost: string): EngineAddress => ({ origin, dockerHost, environment: {} });
  if (!uri.startsWith('ssh://')) return address(uri);
  if (name === '' || !isThisHost(uri))
    throw new EngineError(`${showName(origin)} names ${showName(uri)}, which is reached by ssh. ${REMEDY}`);
  const machine = name.replace(/-root$/, '');
  if (host.system === 'win32') return address(`npipe:////./pipe/${machine}`);
  const socket = socketsOf(host, machine).find(existsSync);
  if (socket !== undefined) return address(`unix://${socket}`);
  throw new EngineError(
    `${showName(origin)} is in force, and the podman machine ${quoteWord(machine)} has no socket on this host: start it with "podman machine start".`,
  );
}

/** A machine is reached by ssh to a port of this host; its API is forwarded to a socket or pipe besides. */
function isThisHost(uri: string): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(URL.canParse(uri) ? new URL(uri).hostname : '');
}

/** Where the versions of podman since 4 have put that socket, the latest first. */
function socketsOf({ environment }: PodmanHost, machine: string): readonly string[] {
  const data = join(homeOf(environment), '.local/share/containers/podman/machine');
  const runtime = join(environment['TMPDIR'] || '/tmp', 'podman', `${machine}-api.sock`);
  return [
    runtime,
    ...[machine, 'applehv', 'libkrun', 'qemu', ''].map((part) => join(data, part, 'podman.sock')),
  ];
}

function homeOf(environment: NodeJS.ProcessEnv): string {
  return environment['HOME'] || homedir();
}

interface Connections {
  readonly name?: string | undefined;
  readonly connections: readonly Connection[];
}

/** Podman 5 keeps them in a file of its own; before, they stood in containers.conf, which it still reads. */
async function readConnections({ environment, system }: PodmanHost): Promise<Connections> {
  const base = system === 'win32' ? environment['APPDATA'] : environment['XDG_CONFIG_HOME'];
  const folder = join(base || join(homeOf(environment), '.config'), 'containers');
  const json = environment['PODMAN_CONNECTIONS_CONF'] || join(folder, 'podman-connections.json');
  const toml = environment['CONTAINERS_CONF'] || join(folder, 'containers.conf');
  const own = readJson(await read(json, JSON.parse));
  const older = readToml(await read(toml, parse));
  return { name: own.name ?? older.name, connections: [...own.connections, ...older.connections] };
}

async function read(file: string, parseText: (text: string) => unknown): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return parseText(text);
  } catch {
    throw new EngineError(`The podman configuration ${file} cannot be read; correct it or set DOCKER_HOST.`);
  }
}

type Table = Readonly<Record<string, unknown>>;

/** Any table, empty where there is none. */
function table(value: unknown): Table {
  return typeof value === 'object' && value !== null ? (value as Table) : {};
}

function readJson(content: unknown): Connections {
  const { Default, Connections } = table(table(content)['Connection']);
  return { name: word(Default), connections: list(Connections, 'URI') };
}

function readToml(content: unknown): Connections {
  const { active_service, service_destinations } = table(table(content)['engine']);
  return { name: word(active_service), connections: list(service_destinations, 'uri') };
}

function list(connections: unknown, key: string): readonly Connection[] {
  return Object.entries(table(connections)).flatMap(([name, entry]) => {
    const uri = word(table(entry)[key]);
    return uri === undefined ? [] : [{ name, uri }];
  });
}

function word(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
