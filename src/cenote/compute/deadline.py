"""Calls with a deadline: a bounded crew of threads makes them, and one that hangs is set aside."""

import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Generic, TypeVar

from cenote.compute.errors import CallTimedOut, HypervisorUnavailable

T = TypeVar("T")


class Job(Generic[T]):
    """One call: waiting, running, finished, or given up by who asked for it."""

    def __init__(self, name: str, work: Callable[[], T]) -> None:
        self.name = name
        self._work = work
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._started = False
        self._given_up = False
        self._result: T | None = None
        self._error: BaseException | None = None

    def perform(self) -> bool:
        """Make the call, unless it was given up before it began. Whether it was given up."""
        with self._lock:
            if self._given_up:
                return False
            self._started = True
        result, failure = None, None
        try:
            result = self._work()
        except BaseException as error:  # handed to the caller, whatever it is
            failure = error
        with self._lock:
            self._result, self._error = result, failure
            self._ended.set()
            return self._given_up

    def wait(self, seconds: float) -> bool:
        """Wait for the end at most ``seconds``; whether it has ended."""
        return self._ended.wait(seconds)

    def give_up(self) -> bool | None:
        """Stop waiting for it: None when it has ended after all, else whether it had begun."""
        with self._lock:
            if self._ended.is_set():
                return None
            self._given_up = True
            return self._started

    def result(self) -> T:
        """What the call returned or raised; only once it has ended."""
        if self._error is not None:
            raise self._error
        return self._result  # type: ignore[return-value]  # ended without an error: it is a T


class Calls:
    """At most ``size`` calls at a time, the rest wait their turn; their deadlines run meanwhile.

    A call that hangs beyond its deadline no longer counts towards ``size``: another thread takes its place, so the
    others are not starved. When ``patience`` calls hang, new ones are refused at once.
    """

    def __init__(self, name: str, *, size: int = 24, patience: int = 40) -> None:
        self.name = name
        self._size, self._patience = size, patience
        self._jobs: SimpleQueue[Job[object] | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._threads = 0
        self._open = 0
        self._hung = 0
        self._closed = False
        self.on_hung: Callable[[int], None] = lambda count: None

    @property
    def hung(self) -> int:
        """How many calls have passed their deadline and not returned."""
        return self._hung

    def submit(self, name: str, work: Callable[[], T]) -> Job[T]:
        """Have ``work`` done as soon as a thread is free. Raises `HypervisorUnavailable`."""
        job = Job(name, work)
        with self._lock:
            if self._closed:
                raise HypervisorUnavailable(self.name, "the connection is closed")
            if self._hung >= self._patience:
                raise HypervisorUnavailable(self.name, f"{self._hung} calls hang")
            self._open += 1
            self._jobs.put(job)  # type: ignore[arg-type]  # the queue does not look at results
            if self._open > self._threads - self._hung and self._threads - self._hung < self._size:
                self._threads += 1
                threading.Thread(target=self._serve, name=f"hypervisor-call-{self._threads}", daemon=True).start()
        return job

    def run(self, name: str, work: Callable[[], T], deadline: float) -> T:
        """Do ``work`` and return its result. Raises what it raises, and `CallTimedOut` after ``deadline`` seconds."""
        job = self.submit(name, work)
        if not job.wait(deadline):
            self.abandon(job, deadline)
        return job.result()

    def abandon(self, job: Job[T], deadline: float) -> None:
        """Set ``job`` aside and raise `CallTimedOut`; nothing, when it has ended in the meantime."""
        started = job.give_up()
        if started is None:
            return
        if started:
            self._count(1)
        raise CallTimedOut(job.name, deadline, started)

    def close(self) -> None:
        """Refuse new calls; what runs may end. Idempotent."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            for _ in range(self._threads):
                self._jobs.put(None)

    def _serve(self) -> None:
        while (job := self._jobs.get()) is not None:
            late = job.perform()
            with self._lock:
                self._open -= 0 if late else 1
            if late:
                self._count(-1)
                return  # another thread has taken this one's place

    def _count(self, change: int) -> None:
        with self._lock:
            self._hung += change
            self._open -= max(change, 0)
            self._threads += min(change, 0)
            hung = self._hung
        self.on_hung(max(hung, 0))
