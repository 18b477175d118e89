"""The one way in, whatever the edge speaks: reads at once, quick writes and verbs on threads of their kind."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from cenote.dispatch import events, generated, introspection, own, perform
from cenote.dispatch.answer import Answer, Failure, Peer, Success, Waiting
from cenote.dispatch.call import Call, opened, parse
from cenote.dispatch.login import Logins
from cenote.dispatch.sessions import Sessions
from cenote.dispatch.tasks import Tasks
from cenote.model.errors.general import InternalError, TooManyPendingTasks
from cenote.model.sealed import CATALOGUE
from cenote.model.shapes import RefShape
from cenote.operations.context import Context, Rooms
from cenote.operations.registry import Procedures

log = logging.getLogger(__name__)

WAITING_TASKS = 1000
"""How many verbs may wait for a thread before more are refused."""
TASK_THREADS = 128
"""How many verbs run at once. Most of their threads wait: a clean shutdown may take 20 minutes, and as many guests that
don't obey must not keep a hard one waiting. A thread that waits costs some 20 KiB."""
LOGIN_THREADS = 16
"""Wrong passwords are held back on these, so that they take no thread from anything else."""
TASK_REF = RefShape("task")
STOPPED = Failure.of(InternalError("the toolstack is stopping: nothing was done"))


class Dispatcher:
    """Answers requests. Thread-safe; its pools are named and bounded."""

    def __init__(self, rooms: Rooms, procedures: Procedures, sessions: Sessions, logins: Logins) -> None:
        self.rooms = rooms
        self.sessions = sessions
        self.tasks = Tasks(rooms)
        self._subscriptions = events.Subscriptions()
        self._procedures = procedures
        procedures.add(own.procedures(sessions, self.tasks, self._subscriptions))
        self._logins = logins
        self._quick = ThreadPoolExecutor(8, "quick")
        self._task = ThreadPoolExecutor(TASK_THREADS, "task")
        self._login = ThreadPoolExecutor(LOGIN_THREADS, "login")
        self._places = threading.BoundedSemaphore(WAITING_TASKS)

    def close(self) -> None:
        """Take no more work; what runs is asked to stop, and waited for."""
        self.tasks.stop()
        for pool in (self._quick, self._login, self._task):
            pool.shutdown(wait=True, cancel_futures=True)
        self.tasks.close()

    def answer_now(self, method: str, params: list[Any], peer: Peer) -> Answer | Waiting | None:
        """Answer a request that touches only memory; None when it needs a thread (see :meth:`submit`)."""
        try:
            signature = CATALOGUE.signatures.get(method)
            if signature is None:
                return introspection.answer(method, params) if method.startswith("system.") else None
            if signature.kind in generated.READS:
                call = opened(self.sessions, signature, params, peer)
                return Success(signature.result, generated.read(self.rooms.store.state, signature, call.args))
            if method == "event.from":
                call = opened(self.sessions, signature, params, peer)
                return events.waiting(self.rooms.store.state, call.caller, *call.args)
            if method == "event.next":
                call = opened(self.sessions, signature, params, peer)
                return self._subscriptions.next(self.rooms.store.state, call.caller)
        except Exception as error:
            return perform.failure(error, method)
        return None

    def submit(self, method: str, params: list[Any], peer: Peer) -> Future[Answer]:
        """Answer a request on a thread of its kind."""
        try:
            call = parse(self.sessions, method, params, peer)
        except Exception as error:
            return _done(perform.failure(error, method))
        if self._logins.handles(call.signature):
            return _begun(self._login, self._answered, call, lambda: self._logins.log_in(call, self.sessions))
        if perform.is_quick(self._procedures, call.signature):
            return _begun(self._quick, self._run_quick, call)
        return self._submit_task(call)

    def answer(self, method: str, params: list[Any], peer: Peer) -> Answer:
        """Answer a request and wait for it: for callers that have a thread of their own."""
        now = self.answer_now(method, params, peer)
        if isinstance(now, Waiting):
            return self.rooms.store.wait(now.poll, now.timeout) or now.late(self.rooms.store.state)
        return now if now is not None else self.submit(method, params, peer).result()

    def _answered(self, call: Call, work: Callable[[], Success]) -> Answer:
        """Every failure of a request ends here, as an answer: no request takes the daemon down."""
        try:
            return work()
        except Exception as error:
            return perform.failure(error, call.signature.wire_name)

    def _run_quick(self, call: Call) -> Answer:
        """A message without a task of its own; ``Async.`` of it makes one that is finished already."""
        context = Context(self.rooms, call.caller, token=call.token)
        answer = self._answered(call, lambda: perform.perform(self._procedures, context, call))
        if not call.asynchronous:
            return answer
        return self._answered(call, lambda: Success(TASK_REF, self.tasks.finished(call.signature, call.caller, answer)))

    def _submit_task(self, call: Call) -> Future[Answer]:
        if not self._places.acquire(blocking=False):
            return _done(Failure.of(TooManyPendingTasks()))
        started: Future[Answer] = Future()

        def ended(whole: Future[Answer]) -> None:
            self._places.release()
            if whole.cancelled() and call.asynchronous:  # the daemon stopped before it began
                started.set_result(STOPPED)

        try:
            whole = self._task.submit(self._run_task, call, started)
        except RuntimeError:  # the daemon has stopped
            self._places.release()
            return _done(STOPPED)
        whole.add_done_callback(ended)
        return started if call.asynchronous else whole

    def _run_task(self, call: Call, started: Future[Answer]) -> Answer:
        """A verb under a task; ``started`` is answered with the task's reference once that exists."""
        try:
            context = self.tasks.begin(call.signature, call.caller, call.target, call.asynchronous)
        except Exception as error:
            refusal = perform.failure(error, call.signature.wire_name)
            if call.asynchronous:
                started.set_result(self._refused(call, refusal))
            return refusal
        if call.asynchronous:
            started.set_result(Success(TASK_REF, context.task))
        about = {"task": context.task, "verb": call.signature.wire_name, "object": call.target}
        log.info("begins", extra=about)
        answer = self._answered(call, lambda: perform.perform(self._procedures, context, call))
        log.info("done" if isinstance(answer, Success) else f"failed: {answer.text}", extra=about)
        ended = self._answered(call, lambda: self._end(context, call, answer))
        return answer if isinstance(ended, Success) else ended

    def _end(self, context: Context, call: Call, answer: Answer) -> Success:
        self.tasks.end(context, call.signature, call.target, answer, keep=call.asynchronous)
        return Success(None)

    def _refused(self, call: Call, refusal: Failure) -> Answer:
        """``Async.`` of a verb that may not begin: its task is there, and has failed."""
        return self._answered(
            call, lambda: Success(TASK_REF, self.tasks.finished(call.signature, call.caller, refusal))
        )


def _begun(pool: ThreadPoolExecutor, work: Callable[..., Answer], *args: Any) -> Future[Answer]:
    try:
        return pool.submit(work, *args)
    except RuntimeError:  # the daemon has stopped
        return _done(STOPPED)


def _done(answer: Answer) -> Future[Answer]:
    future: Future[Answer] = Future()
    future.set_result(answer)
    return future
