"""Holds one connection of FastMCP's client and does with it what a test asks, as `drive.py` does."""

import json
import sys

import anyio
from fastmcp import Client
from fastmcp.client.transports import SSETransport, StreamableHttpTransport


def answer(**words):
    print(json.dumps(words), flush=True)


def transport(how):
    headers = {"Authorization": f"Bearer {how['key']}"} if "key" in how else {}
    kind = SSETransport if how["door"] == "sse" else StreamableHttpTransport
    return kind(how["url"], headers=headers)


async def do(client, question):
    if question["ask"] == "tools":
        return [tool.name for tool in await client.list_tools()]
    result = await client.call_tool(question["tool"], question["arguments"], raise_on_error=False)
    return {"structuredContent": result.structured_content, "isError": result.is_error}


async def main():
    async with Client(transport(json.loads(sys.argv[1]))) as client:
        answer(done="connected")
        while line := await anyio.to_thread.run_sync(sys.stdin.readline):
            try:
                answer(done=await do(client, json.loads(line)))
            except Exception as error:  # The test judges what the client raises.
                answer(failed=f"{type(error).__name__}: {error}")


anyio.run(main)
