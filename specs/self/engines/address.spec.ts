import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { addressInForce } from '../../../helpers/engines/address.ts';
import { scratchFolder } from './scratch-folder.ts';

const key = createHash('sha256').update('desktop').digest('hex');
const META = `contexts/meta/${key}/meta.json`;
const desktop = JSON.stringify({
  Name: 'desktop',
  Endpoints: { docker: { Host: 'unix:///run/desktop.sock' } },
});

test('DOCKER_HOST wins over every context', async () => {
  const environment = { DOCKER_HOST: 'tcp://engine:2375', DOCKER_CONTEXT: 'desktop' };
  expect(await addressInForce(environment)).toEqual({
    origin: 'DOCKER_HOST',
    dockerHost: 'tcp://engine:2375',
    environment: {},
  });
});

test('DOCKER_CONTEXT names a context of the folder in DOCKER_CONFIG', async () => {
  await using folder = await scratchFolder({ [META]: desktop });
  const address = await addressInForce({ DOCKER_CONTEXT: 'desktop', DOCKER_CONFIG: folder.path });
  expect(address).toMatchObject({ origin: 'context desktop', dockerHost: 'unix:///run/desktop.sock' });
});

test('The configuration of the home folder names the context in force', async () => {
  await using folder = await scratchFolder({
    [`.docker/${META}`]: desktop,
    '.docker/config.json': '{ "currentContext": "desktop" }',
  });
  expect(await addressInForce({ HOME: folder.path })).toMatchObject({ origin: 'context desktop' });
});

test('The keys of a context are handed on', async () => {
  await using folder = await scratchFolder({ [META]: desktop, [`contexts/tls/${key}/docker/ca.pem`]: '' });
  const address = await addressInForce({ DOCKER_CONTEXT: 'desktop', DOCKER_CONFIG: folder.path });
  expect(address?.environment).toEqual({
    DOCKER_TLS_VERIFY: '1',
    DOCKER_CERT_PATH: `${folder.path}/contexts/tls/${key}/docker`,
  });
});

test.for([
  ['no configuration', {}],
  ['the context called default', { 'config.json': '{ "currentContext": "default" }' }],
  ['a configuration without a context', { 'config.json': '{ "auths": {} }' }],
] as const)('No address is in force with %s', async ([, files]) => {
  await using folder = await scratchFolder(files);
  expect(await addressInForce({ DOCKER_CONFIG: folder.path })).toBeUndefined();
});

test.for([
  ['a context that does not exist', {}, 'The docker context "desktop" is in force but does not exist'],
  [
    'a context without an engine',
    { [META]: '{ "Endpoints": {} }' },
    'The docker context "desktop" names no engine',
  ],
  ['a context that is not JSON', { [META]: '{' }, 'The docker context "desktop" names no engine'],
] as const)('%s ends the search', async ([, files, sentence]) => {
  await using folder = await scratchFolder(files);
  await expect(addressInForce({ DOCKER_CONTEXT: 'desktop', DOCKER_CONFIG: folder.path })).rejects.toThrow(
    sentence,
  );
});

test('A configuration that is not JSON ends the search', async () => {
  await using folder = await scratchFolder({ 'config.json': '{' });
  await expect(addressInForce({ DOCKER_CONFIG: folder.path })).rejects.toThrow('is not JSON');
});
