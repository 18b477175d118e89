"""Calls by XML-RPC and JSON-RPC: read, answered from memory or by a thread of the API's, written."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sized
from concurrent.futures import ThreadPoolExecutor
from typing import Final, cast

from cenote.dispatch.answer import Answer, Failure, Peer, Waiting
from cenote.dispatch.events import Batch
from cenote.model.shapes import MapShape, StructShape
from cenote.wire import jsonrpc, page, xmlrpc
from cenote.wire.contract import Api, Value
from cenote.wire.events import Events
from cenote.wire.malformed import Malformed
from cenote.wire.reply import CORS, JSON, XML, Reply
from cenote.wire.request import Request, TooLarge, TooSlow

log = logging.getLogger(__name__)

RECORD: Final = 50
"""Values in a record, about."""
LARGE: Final = 1000
"""Values in a result from which on it is written by a thread: the loop serves the others meanwhile."""
THREADS: Final = 2

Write = Callable[[Answer], bytes]


class Calls:
    """Answers calls. ``most`` is how many bytes a call may have."""

    def __init__(self, api: Api, events: Events, most: int) -> None:
        self._api = api
        self._events = events
        self._most = most
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="write")

    async def xml(self, request: Request) -> Reply:
        """XML-RPC."""
        try:
            method, params = xmlrpc.read(await request.body(self._most))
        except (Malformed, TooLarge, TooSlow) as error:
            return self._refused(error)
        return Reply(await self._answer(method, params, request.peer, xmlrpc.write), XML, extra=CORS)

    async def json(self, request: Request) -> Reply:
        """JSON-RPC."""
        try:
            call = jsonrpc.read(await request.body(self._most))
        except (Malformed, TooLarge, TooSlow) as error:
            return self._refused(error)

        def write(answer: Answer) -> bytes:
            return jsonrpc.write(answer, call)

        return Reply(await self._answer(call.method, call.params, request.peer, write), JSON, extra=CORS)

    async def ask(self, method: str, params: list[Value], peer: Peer) -> Answer:
        """A call that the edge makes for a client: logging in on its behalf."""
        return await asyncio.wrap_future(self._api.submit(method, params, peer))

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _refused(self, error: Exception) -> Reply:
        if isinstance(error, TooLarge):
            return page.too_large(self._most)
        return page.too_slow() if isinstance(error, TooSlow) else page.internal_error(str(error))

    async def _answer(self, method: str, params: list[Value], peer: Peer, write: Write) -> bytes:
        try:
            answer = self._api.answer_now(method, params, peer)
            if answer is None:
                answer = await asyncio.shield(asyncio.wrap_future(self._api.submit(method, params, peer)))
            elif isinstance(answer, Waiting):
                answer = await self._events.answer(answer)
            if _parts(answer) > LARGE:
                return await asyncio.get_running_loop().run_in_executor(self._threads, write, answer)
            return write(answer)
        except Exception as error:  # whatever it is, the client gets an answer and the others are served
            return write(_internal(method, error))


def _parts(answer: Answer) -> int:
    """How much there is to write: about the number of values on the wire."""
    if isinstance(answer, Failure):
        return 1
    value = answer.value
    if isinstance(value, Batch):
        return RECORD * len(value.events)
    if isinstance(value, (tuple, Mapping)):
        shape = answer.shape
        each = RECORD if isinstance(shape, MapShape) and isinstance(shape.value, StructShape) else 1
        return each * len(cast("Sized", value))
    return 1


def _internal(method: str, error: Exception) -> Failure:
    log.error("%s failed unexpectedly", method, exc_info=error)
    return Failure("INTERNAL_ERROR", [f"{type(error).__name__}: {error}"])
