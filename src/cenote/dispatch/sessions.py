"""Who is logged in. The token that a client holds is never stored: records carry a hash of it as their reference."""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cenote.base.clock import Clock
from cenote.model.classes.session import session
from cenote.model.core import NULL, Ref
from cenote.model.errors.access import SessionInvalid
from cenote.model.errors.general import HandleInvalid
from cenote.model.roles import Role, holders
from cenote.operations.context import Caller
from cenote.store.contract import Store, StoreError

log = logging.getLogger(__name__)

IDLE = timedelta(hours=24)
"""How long an unused session lives, as in XenServer."""
REFRESH = timedelta(minutes=10)
"""How stale the stored ``last_active`` may be."""


def stored_ref(token: str) -> Ref[session]:
    """The reference under which the session of ``token`` is stored: its SHA-256, cut to the form of a reference."""
    digest = hashlib.sha256(token.encode(errors="surrogatepass")).digest()
    return Ref(f"OpaqueRef:{uuid.UUID(bytes=digest[:16])}")


@dataclass(slots=True)
class _Live:
    caller: Caller
    seen: datetime
    noted: datetime


class Sessions:
    """Opens, finds and ends sessions. Finding one that was used before touches only memory."""

    def __init__(self, store: Store, clock: Clock, host: Ref[Any]) -> None:
        self._store = store
        self._clock = clock
        self._host = host
        self._live: dict[str, _Live] = {}

    def open(self, user: str, *, originator: str = "", superuser: bool = True, pool: bool = False) -> str:
        """Log ``user`` in and answer the token; idle sessions are cleared away on the way."""
        token = f"OpaqueRef:{uuid.uuid4()}"
        ref, now = stored_ref(token), self._clock.now()
        stale = self._idle(now)

        def work(draft: Any) -> None:
            for old in stale:
                draft.delete(session, old)
            draft.create(
                session,
                session.this_host.to(self._host),
                session.last_active.to(now),
                session.validation_time.to(now),
                session.pool.to(pool),
                session.is_local_superuser.to(superuser),
                session.auth_user_name.to(user),
                session.originator.to(originator),
                ref=ref,
            )

        self._store.transact(work)
        self._live[token] = _Live(_caller(self._store.state.get(session, ref)), now, now)
        return token

    def find(self, token: object) -> Caller:
        """The caller whose token that is; raises ``SESSION_INVALID``, also for one that was idle too long."""
        if not isinstance(token, str):
            raise SessionInvalid(str(token))
        live, now = self._live.get(token) or self._recall(token), self._clock.now()
        if now - live.seen > IDLE:
            self._live.pop(token, None)
            raise SessionInvalid(token)
        live.seen = now
        if now - live.noted > REFRESH:
            live.noted = now
            self._note(live, token)
        return live.caller

    def _note(self, live: _Live, token: str) -> None:
        """Write when the session was used last; where there is no room for that now, it is still good."""
        try:
            self._store.transact(lambda draft: draft.update(live.caller.session, session.last_active.to(live.noted)))
        except HandleInvalid as error:
            self._live.pop(token, None)
            raise SessionInvalid(token) from error
        except StoreError as error:
            log.warning("when a session was used can't be noted: %s", error)

    def _recall(self, token: str) -> _Live:
        """A session from before the daemon's restart."""
        record = self._store.state.find(session, stored_ref(token))
        if record is None:
            raise SessionInvalid(token)
        live = _Live(_caller(record), record.last_active, record.last_active)
        self._live[token] = live
        return live

    def close(self, token: str) -> None:
        """Log out."""
        self._live.pop(token, None)
        self._store.transact(lambda draft: draft.delete(session, stored_ref(token)))

    def resolve(self, ref: Ref[Any]) -> Ref[Any]:
        """A session reference as a client knows it (its token, or a stored reference) as the records know it."""
        return ref if self._store.state.find(session, ref) is not None else stored_ref(ref)

    def forget(self, gone: Callable[[Ref[session]], bool]) -> None:
        """Drop what is remembered of sessions whose records are gone."""
        for token, live in list(self._live.items()):
            if gone(live.caller.session):
                self._live.pop(token, None)

    def _idle(self, now: datetime) -> list[Ref[session]]:
        seen = {live.caller.session: live.seen for live in list(self._live.values())}
        old = [
            record.ref
            for record in self._store.state.all(session)
            if now - max(record.last_active, seen.get(record.ref, record.last_active)) > IDLE
        ]
        self.forget(lambda ref: ref in old)
        return old


def _caller(record: session) -> Caller:
    superuser = record.is_local_superuser
    return Caller(
        session=record.ref,
        user=record.auth_user_name,
        subject=record.subject if record.subject != NULL else None,
        roles=holders(Role.POOL_ADMIN) if superuser else frozenset(),
        superuser=superuser,
        originator=record.originator,
    )
