import { describe, expect, it } from 'vitest';
import { createProgress } from '../../../helpers/report/progress.ts';

function recorder(isTTY: boolean) {
  const written: string[] = [];
  let time = 0;
  return {
    text: () => written.join(''),
    tick: (ms: number) => {
      time += ms;
    },
    options: {
      stream: { isTTY, columns: 60, write: (text: string) => written.push(text) },
      environment: {},
      now: () => time,
    },
  };
}

describe('live progress', () => {
  it('writes plain lines where there is no terminal: what, for which engine, how long', () => {
    const record = recorder(false);
    const task = createProgress(record.options).start('build with buildx', 'docker-28');
    record.tick(3400);
    task.update(1, 2);
    task.end();
    task.end();
    expect(record.text()).toBe(
      'docker-28: build with buildx ...\ndocker-28: build with buildx: done in 3.4 s\n',
    );
  });

  it('rewrites one line of a terminal, with how far it got', () => {
    const record = recorder(true);
    const task = createProgress(record.options).start('download', 'docker-28');
    record.tick(200);
    task.update(1_500_000, 3_000_000, 'bytes');
    task.end('ready');
    expect(record.text()).toContain(
      '\r\u001b[K\u001b[2mdocker-28: download 1.5 MB of 3.0 MB (50 %) 200 ms\u001b[22m',
    );
    expect(record.text().endsWith('docker-28: download: ready in 200 ms\n')).toBe(true);
    expect(record.text().match(/\n/g)).toHaveLength(1);
  });

  it('never writes a line longer than the terminal', () => {
    const record = recorder(true);
    const progress = createProgress({ ...record.options, environment: { NO_COLOR: '1' } });
    for (const engine of ['docker-20.10', 'docker-26', 'docker-28', 'podman-5.8'])
      progress.start('start the engine', engine);
    for (const line of record.text().split('\r\u001b[K')) expect([...line].length).toBeLessThan(60);
  });

  it('has no colour with NO_COLOR, and no updating line with TERM=dumb', () => {
    const plain = recorder(true);
    createProgress({ ...plain.options, environment: { NO_COLOR: '1' } }).start('save');
    expect(plain.text()).not.toContain('\u001b[2m');
    const dumb = recorder(true);
    createProgress({ ...dumb.options, environment: { TERM: 'dumb' } }).start('save');
    expect(dumb.text()).toBe('save ...\n');
  });

  it('says nothing with --quiet', () => {
    const record = recorder(true);
    const progress = createProgress({ ...record.options, quiet: true });
    progress.start('save').end();
    progress.note('a note');
    progress.close();
    expect(record.text()).toBe('');
  });

  it('shows control characters instead of obeying them', () => {
    const record = recorder(false);
    createProgress(record.options).start('read \u001b]0;title\u0007\u202e', 'a\nb');
    expect(record.text()).toBe('a\\nb: read \\x1b]0;title\\x07\\u{202e} ...\n');
  });
});
