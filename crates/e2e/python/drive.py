"""Holds one connection of the MCP SDK and does with it what a test asks.

The only argument says how to connect, as JSON.
Each line on standard input is a question, each line on standard output its answer, both JSON:
`{"done": ...}`, or `{"failed": "..."}` where the SDK raised. The end of the input closes the connection.
"""

import contextlib
import json
import sys

import anyio
import httpx2
from mcp import Client, StdioServerParameters
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client


def answer(**words):
    print(json.dumps(words), flush=True)


@contextlib.asynccontextmanager
async def connected(how):
    async with contextlib.AsyncExitStack() as stack:
        if how["door"] == "stdio":
            server = StdioServerParameters(
                command=how["command"],
                args=how["arguments"],
                env=how["environment"],
                cwd=how["folder"],
            )
        elif how["door"] == "sse":
            server = sse_client(how["url"])
        else:
            headers = {"Authorization": f"Bearer {how['key']}"} if "key" in how else {}
            http = await stack.enter_async_context(httpx2.AsyncClient(headers=headers, timeout=30))
            server = streamable_http_client(how["url"], http_client=http)
        client = Client(server, mode=how.get("mode", "auto"), read_timeout_seconds=30)
        yield await stack.enter_async_context(client)


async def do(client, question):
    if question["ask"] == "tools":
        names, cursor = [], None
        while True:
            page = await client.list_tools(cursor=cursor)
            names += [tool.name for tool in page.tools]
            cursor = page.next_cursor
            if cursor is None:
                return names
    result = await client.call_tool(question["tool"], question["arguments"])
    return result.model_dump(mode="json", by_alias=True, exclude_none=True)


async def main():
    async with connected(json.loads(sys.argv[1])) as client:
        answer(done="connected")
        while line := await anyio.to_thread.run_sync(sys.stdin.readline):
            try:
                answer(done=await do(client, json.loads(line)))
            except Exception as error:  # The test judges what the SDK raises.
                answer(failed=f"{type(error).__name__}: {error}")


anyio.run(main)
