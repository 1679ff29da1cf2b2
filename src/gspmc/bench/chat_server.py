"""A chat-completions endpoint on this machine that answers as it is told, for timing and tests."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

Request = dict[str, Any]
"""Body of a request, decoded."""


@dataclass
class Reply:
    """What the endpoint sends back, and when."""

    content: str = ""
    """Content of the answer's message."""
    seconds: float = 0.0
    """Until it is sent."""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    """In place of a completion with `content`."""
    refusal: str | None = None
    finish_reason: str = "stop"
    drops: bool = False
    """Close the connection and send nothing."""

    def encoded(self) -> bytes:
        message = {"role": "assistant", "content": self.content, "refusal": self.refusal}
        completion = {
            "id": "1",
            "object": "chat.completion",
            "created": 0,
            "model": "local",
            "choices": [{"index": 0, "message": message, "finish_reason": self.finish_reason}],
            "usage": {"prompt_tokens": 100, "completion_tokens": 50, "total_tokens": 150},
        }
        body = json.dumps(completion).encode() if self.body is None else self.body
        headers = {"Content-Type": "application/json", **self.headers}
        lines = [f"HTTP/1.1 {self.status} Status", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


@contextmanager
def serving(answer: Callable[[Request], Reply]) -> Iterator[str]:
    """Serve in a thread of its own; yields the base URL. `answer` is called in that thread."""
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(
        asyncio.start_server(lambda r, w: _serve(r, w, answer), "127.0.0.1", 0)
    )
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()


async def _serve(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    answer: Callable[[Request], Reply],
) -> None:
    """All requests of one connection."""
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            length = next(
                int(line.split(":")[1])
                for line in head.splitlines()
                if line.startswith("content-length:")
            )
            reply = answer(json.loads(await reader.readexactly(length)))
            await asyncio.sleep(reply.seconds)
            if reply.drops:
                break
            writer.write(reply.encoded())
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
        pass  # the client has gone, or the server stops
    finally:
        writer.close()
