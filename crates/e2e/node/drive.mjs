// Holds one connection of a TypeScript SDK of MCP and does with it what a test asks.
//
// The only argument says how to connect, as JSON.
// Each line on standard input is a question, each line on standard output its answer, both JSON:
// `{"done": ...}`, or `{"failed": "..."}` where the SDK threw. The end of the input closes the connection.

import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const how = JSON.parse(process.argv[2]);
const find = createRequire(`${how.folder}/package.json`);
const load = (name) => import(pathToFileURL(find.resolve(name)).href);

const answer = (words) => process.stdout.write(`${JSON.stringify(words)}\n`);

async function sdk() {
  if (how.sdk === 2) {
    return load("@modelcontextprotocol/client");
  }
  const parts = ["client/index.js", "client/streamableHttp.js", "client/sse.js"];
  return Object.assign({}, ...(await Promise.all(parts.map((part) => load(`@modelcontextprotocol/sdk/${part}`)))));
}

async function connected() {
  const { Client, StreamableHTTPClientTransport, SSEClientTransport } = await sdk();
  const headers = how.key ? { Authorization: `Bearer ${how.key}` } : {};
  const options = { requestInit: { headers } };
  const client = () => new Client({ name: "e2e", version: "1" }, { capabilities: {}, ...how.options });
  const through = async (transport) => {
    const one = client();
    await one.connect(transport);
    return one;
  };
  if (how.door === "sse") {
    return through(new SSEClientTransport(new URL(how.url), options));
  }
  try {
    return await through(new StreamableHTTPClientTransport(new URL(how.url), options));
  } catch (error) {
    if (how.door !== "fallback") {
      throw error;
    }
    return through(new SSEClientTransport(new URL(how.url), options));
  }
}

async function run(client, question) {
  if (question.ask === "tools") {
    const names = [];
    let cursor;
    do {
      const page = await client.listTools(cursor ? { cursor } : {});
      names.push(...page.tools.map((tool) => tool.name));
      cursor = page.nextCursor;
    } while (cursor);
    return names;
  }
  return client.callTool({ name: question.tool, arguments: question.arguments });
}

const client = await connected();
answer({ done: "connected" });
for await (const line of createInterface({ input: process.stdin })) {
  try {
    answer({ done: await run(client, JSON.parse(line)) });
  } catch (error) {
    // The test judges what the SDK throws.
    answer({ failed: `${error.name}: ${error.message}` });
  }
}
await client.close();
process.exit(0);
