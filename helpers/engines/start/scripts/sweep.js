// Plain JavaScript without dependencies: the watchdog runs it as a process of its own from a checkout.
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** Removes what a run left in an engine: containers by label, images by tag prefix. Returns how many of each. */
export async function sweep(connection, runId) {
  const label = encodeURIComponent(JSON.stringify({ label: [`scratch-conformance.run=${runId}`] }));
  const containers = await ask(connection, 'GET', `/containers/json?all=1&filters=${label}`);
  for (const { Id } of containers) await ask(connection, 'DELETE', `/containers/${Id}?force=1&v=1`);
  const images = await ask(connection, 'GET', '/images/json');
  const tags = images
    .flatMap(({ RepoTags }) => (Array.isArray(RepoTags) ? RepoTags : []))
    .filter((tag) => typeof tag === 'string')
    .filter((tag) => tag.replace(/^(localhost|docker\.io)\//, '').startsWith(`${runId}/`));
  for (const tag of tags) await ask(connection, 'DELETE', `/images/${encodeURI(tag)}?force=1`);
  return { containers: containers.length, images: tags.length };
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
