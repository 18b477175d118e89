"""``POST /cli``: the connection becomes the thin CLI's stream. No HTTP head is sent: the client reads the greeting."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from cenote.client.thincli import ProtocolError
from cenote.dispatch.answer import Peer
from cenote.wire import page
from cenote.wire.channel import Channel
from cenote.wire.contract import RunCommand
from cenote.wire.reply import Reply
from cenote.wire.request import Request, TooLarge, TooSlow
from cenote.wire.takeover import Over

log = logging.getLogger(__name__)

ARGUMENTS: Final = 1 << 20
"""Bytes that a command's arguments may have."""
THREADS: Final = 64
"""Commands that may run at once; further ones wait."""


class Commands:
    """Runs commands, each on a thread of its own pool: a command that waits for a person starves nobody else."""

    def __init__(self, run: RunCommand) -> None:
        self._run = run
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="cli")
        self._open: set[Channel] = set()

    async def post(self, request: Request) -> Reply | Over:
        """Run one command."""
        try:
            arguments = await request.body(ARGUMENTS)
        except TooLarge:
            return page.too_large(ARGUMENTS)
        except TooSlow:
            return page.too_slow()
        channel = Channel(request)
        channel.take()
        text = arguments.decode("utf-8", "surrogateescape")
        self._open.add(channel)
        try:
            await asyncio.get_running_loop().run_in_executor(self._threads, self._talk, channel, text, request.peer)
        finally:
            self._open.discard(channel)
        return Over()

    def close(self) -> None:
        """Take no more commands, and break off those that run."""
        for channel in self._open:
            channel.transport.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _talk(self, channel: Channel, arguments: str, peer: Peer) -> None:
        try:
            self._run(channel, arguments, peer)
        except ProtocolError as error:
            log.info("a command's client broke off: %s", error)
        except Exception:
            log.exception("a command failed unexpectedly")
