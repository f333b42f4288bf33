// Publishes posts with BullMQ: a worker of concurrency 50 asks the static platform and stores its answer.
//
// With "bare" a job is the request and one update. With "safe" it does what Postern does: it is armed in a statement
// of its own before the request leaves, and result, attempt and announcement are stored in one transaction after it.
// Prints JSON: seconds and jobs per second, from the first job begun until the last is completed.

import { Queue, Worker } from 'bullmq';
import pg from 'pg';
import { Pool } from 'undici';

const CONCURRENCY = 50;
const DATABASE_CONNECTIONS = 20;
const BULK = 1000;

const [mode, platform, database, redis, count] = process.argv.slice(2);
const jobs = Number(count);
const queueName = `publish-${mode}`;
const { hostname: host, port } = new URL(redis);
const connection = { host, port: Number(port), maxRetriesPerRequest: null };
const store = new pg.Pool({ connectionString: database, max: DATABASE_CONNECTIONS });
const http = new Pool(platform, { connections: CONCURRENCY });

const TABLES = `
  DROP TABLE IF EXISTS rival_announcement, rival_attempt, rival_post;
  CREATE TABLE rival_post (
    id bigint PRIMARY KEY, state text NOT NULL, armed_at timestamptz, armed_key text,
    remote_id text, url text, published_at timestamptz
  );
  CREATE TABLE rival_attempt (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, post_id bigint NOT NULL REFERENCES rival_post,
    started_at timestamptz NOT NULL, ended_at timestamptz NOT NULL, outcome text NOT NULL
  );
  CREATE TABLE rival_announcement (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, kind text NOT NULL, fields jsonb NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
  );
  INSERT INTO rival_post SELECT number, 'scheduled' FROM generate_series(0, ${jobs - 1}) number;
`;

// Named statements are prepared once per connection.
const UPDATE = {
  name: 'update',
  text: `UPDATE rival_post SET state = 'published', remote_id = $2, url = $3, published_at = now() WHERE id = $1`,
};
const ARM = {
  name: 'arm',
  text: `UPDATE rival_post SET state = 'armed', armed_at = now(), armed_key = $2 WHERE id = $1 AND state = 'scheduled'`,
};
const ATTEMPT = {
  name: 'attempt',
  text: `INSERT INTO rival_attempt (post_id, started_at, ended_at, outcome) VALUES ($1, $2, now(), 'released')`,
};
const ANNOUNCE = {
  name: 'announce',
  text: `INSERT INTO rival_announcement (kind, fields) VALUES ('post_changed', $1)`,
};

async function send(number) {
  const { statusCode, body } = await http.request({
    method: 'POST',
    path: '/api/v1/statuses',
    headers: {
      'content-type': 'application/json',
      authorization: 'Bearer a token of the rival',
      'idempotency-key': `${mode}-${number}`,
    },
    body: JSON.stringify({ status: `post ${number}`, visibility: 'public' }),
  });
  const status = await body.json();
  if (statusCode !== 200) throw new Error(`status ${statusCode}`);
  return status;
}

async function bare({ data: { number } }) {
  const { id, url } = await send(number);
  await store.query({ ...UPDATE, values: [number, id, url] });
}

async function safe({ data: { number } }) {
  const startedAt = new Date();
  const armed = await store.query({ ...ARM, values: [number, `${mode}-${number}`] });
  if (armed.rowCount !== 1) throw new Error('somebody else has it');
  const { id, url } = await send(number);
  const client = await store.connect();
  try {
    await client.query('BEGIN');
    await client.query({ ...UPDATE, values: [number, id, url] });
    await client.query({ ...ATTEMPT, values: [number, startedAt] });
    await client.query({ ...ANNOUNCE, values: [{ post: number, state: 'published' }] });
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}

async function run(work) {
  let begin;
  return new Promise((resolve, reject) => {
    let done = 0;
    const counted = async (job) => {
      begin ??= performance.now();
      await work(job);
    };
    const worker = new Worker(queueName, counted, { connection, concurrency: CONCURRENCY, autorun: true });
    worker.on('failed', (_, error) => reject(error));
    worker.on('error', reject);
    worker.on('completed', () => {
      done += 1;
      if (done === jobs) resolve(worker.close().then(() => (performance.now() - begin) / 1000));
    });
  });
}

await store.query(TABLES);
const queue = new Queue(queueName, { connection });
await queue.obliterate({ force: true });
for (let first = 0; first < jobs; first += BULK) {
  const length = Math.min(BULK, jobs - first);
  const bulk = Array.from({ length }, (_, index) => ({
    name: 'publish',
    data: { number: first + index },
    opts: { removeOnComplete: true },
  }));
  await queue.addBulk(bulk);
}
const seconds = await run(mode === 'safe' ? safe : bare);
await Promise.all([queue.close(), store.end(), http.close()]);
console.log(JSON.stringify({ seconds, per_second: jobs / seconds }));
