// Plain JavaScript without dependencies: the watchdog runs it as a process of its own from a checkout.
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

/**
 * Removes what a run left in an engine: containers by label, images by tag prefix. Returns how many of each. What the
 * engine refuses does not keep the rest from being removed; throws the first refusal.
 */
export async function sweep(connection, runId) {
  const refusals = [];
  const attempt = (method, path) =>
    ask(connection, method, path).catch((error) => {
      refusals.push(error);
      return [];
    });
  const label = encodeURIComponent(JSON.stringify({ label: [`scratch-conformance.run=${runId}`] }));
  const containers = await attempt('GET', `/containers/json?all=1&filters=${label}`);
  const ids = containers.filter((container) => isOfRun(container, runId)).map(({ Id }) => Id);
  for (const id of ids) await attempt('DELETE', `/containers/${id}?force=1&v=1`);
  const images = await attempt('GET', '/images/json');
  const tags = images
    .flatMap(({ RepoTags }) => (Array.isArray(RepoTags) ? RepoTags : []))
    .filter((tag) => typeof tag === 'string' && REFERENCE.test(tag))
    .filter((tag) => tag.replace(/^(localhost|docker\.io)\//, '').startsWith(`${runId}/`));
  for (const tag of tags) await attempt('DELETE', `/images/${encodeURI(tag)}?force=1`);
  if (refusals.length > 0) throw refusals[0];
  return { containers: ids.length, images: tags.length };
}

/** IDs and names as engines give them. They become part of an address, so nothing that climbs in it is taken. */
const ID = /^[0-9a-f]{1,128}$/;
const REFERENCE = /^\w(?:[\w.:@-]|\/(?=\w))*$/;

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
    const send = connection.protocol === 'https:' ? httpsRequest : httpRequest;
    const options = { ...connection, method, path, agent: false, timeout: 30_000 };
    const request = send(options, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        const { statusCode = 0 } = response;
        if (statusCode >= 400 && statusCode !== 404 && statusCode !== 409) {
          reject(new Error(`${method} ${path} was answered with status ${statusCode}: ${body}`));
        } else if (method !== 'GET' || statusCode >= 400) resolve([]);
        else {
          const list = parseList(body);
          if (list) resolve(list);
          else reject(new Error(`GET ${path} was not answered with a list`));
        }
      });
    });
    request.on('timeout', () => request.destroy(new Error(`${method} ${path} was not answered within 30 s`)));
    request.on('error', reject);
    request.end();
  });
}
