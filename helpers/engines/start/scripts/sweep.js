// Plain JavaScript without dependencies: the watchdog runs it as a process of its own from a checkout.
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

/**
 * Removes what a run left in an engine: containers by label, images by tag prefix. Returns how many of each. What the
 * engine refuses does not keep the rest from being removed, unless it does not answer at all. Throws the first refusal,
 * or says what is still there.
 */
export async function sweep(connection, runId) {
  const refusals = [];
  const attempt = async (method, path) => {
    if (refusals.some(({ isSilence }) => isSilence)) return [];
    return ask(connection, method, path).catch((error) => {
      refusals.push(error);
      return [];
    });
  };
  const containers = await containersOf(attempt, runId);
  for (const id of containers) await attempt('DELETE', `/containers/${id}?force=1&v=1`);
  const tags = await tagsOf(attempt, runId);
  for (const tag of tags) await attempt('DELETE', `/images/${encodeURI(tag)}?force=1`);
  if (containers.length + tags.length > 0) {
    const still = [...(await containersOf(attempt, runId)), ...(await tagsOf(attempt, runId))];
    if (still.length > 0)
      refusals.push(new Error(`DELETE was answered, but ${still.map(shorten).join(', ')} is still there`));
  }
  if (refusals.length > 0) throw refusals[0];
  return { containers: containers.length, images: tags.length };
}

async function containersOf(attempt, runId) {
  const label = encodeURIComponent(JSON.stringify({ label: [`scratch-conformance.run=${runId}`] }));
  const containers = await attempt('GET', `/containers/json?all=1&filters=${label}`);
  return containers.filter((container) => isOfRun(container, runId)).map(({ Id }) => Id);
}

async function tagsOf(attempt, runId) {
  const images = await attempt('GET', '/images/json');
  return images
    .flatMap(({ RepoTags }) => (Array.isArray(RepoTags) ? RepoTags : []))
    .filter((tag) => typeof tag === 'string' && REFERENCE.test(tag))
    .filter((tag) => tag.replace(/^(localhost|docker\.io)\//, '').startsWith(`${runId}/`));
}

/** IDs and names as engines give them. They become part of an address, so nothing that climbs in it is taken. */
const ID = /^[0-9a-f]{1,128}$/;
const REFERENCE = /^\w(?:[\w.:@-]|\/(?=\w))*$/;

const shorten = (name) => (ID.test(name) ? name.slice(0, 12) : name);

/** An engine that leaves the filter out of account answers with the containers of others as well. */
function isOfRun({ Id, Labels }, runId) {
  return typeof Id === 'string' && ID.test(Id) && Labels?.['scratch-conformance.run'] === runId;
}

/** A list of objects, or undefined for anything else. */
function parseList(text) {
  try {
    const list = JSON.parse(text);
    const isList = Array.isArray(list) && list.every((item) => typeof item === 'object' && item !== null);
    return isList ? list : undefined;
  } catch {
    return undefined;
  }
}

/** A request whose answer is JSON or nothing. Something already gone (404, 409) is no error. */
function ask(connection, method, path) {
  return new Promise((resolve, reject) => {
    const fail = (why, isSilence = false) =>
      reject(Object.assign(new Error(`${method} ${path} ${why}`), { isSilence }));
    const send = connection.protocol === 'https:' ? httpsRequest : httpRequest;
    const options = { ...connection, method, path, agent: false };
    const request = send(options, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', (error) => fail(`failed: ${error.message}`));
      response.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        const { statusCode = 0 } = response;
        if (statusCode >= 400 && statusCode !== 404 && statusCode !== 409) {
          fail(`was answered with status ${statusCode}: ${body}`);
        } else if (method !== 'GET' || statusCode >= 400) resolve([]);
        else {
          const list = parseList(body);
          if (list) resolve(list);
          else fail('was not answered with a list');
        }
      });
    });
    const alarm = setTimeout(() => {
      fail(`was not answered within ${WAIT_MS / 1000} s`, true);
      request.destroy();
    }, WAIT_MS);
    request.on('close', () => clearTimeout(alarm));
    request.on('error', (error) => fail(`failed: ${error.message}`));
    request.end();
  });
}

const WAIT_MS = 30_000;
