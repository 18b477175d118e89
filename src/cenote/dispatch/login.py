"""Logging in: PAM for the host's root, a generated password where there is no PAM, peers by their credentials."""

from __future__ import annotations

import hmac
import logging
import os
import pwd
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

import pam

from cenote.dispatch.answer import Peer, Success
from cenote.dispatch.call import Call
from cenote.dispatch.sessions import Sessions
from cenote.model.catalogue import Signature
from cenote.model.errors.access import SessionAuthenticationFailed

log = logging.getLogger(__name__)

METHODS = frozenset({"session.login_with_password", "session.slave_local_login_with_password"})
SLOWEST = 8.0
"""Seconds that an answer to a wrong password is held back at most."""
FORGET = 600.0
"""Seconds after which wrong passwords of an address are forgotten."""


class Authority(Protocol):
    """Someone who knows passwords."""

    def knows(self, user: str, password: str) -> bool:
        """Whether that is the user's password."""
        ...


class PamAuthority:
    """The host's PAM, for its superuser alone: as in XenServer, no other local user may log in."""

    def __init__(self, service: str = "login") -> None:
        self._service = service

    def knows(self, user: str, password: str) -> bool:
        """Whether PAM accepts the superuser ``user`` with that password."""
        try:
            if pwd.getpwnam(user).pw_uid != 0:
                return False
            return pam.pam().authenticate(user, password, service=self._service)
        except (KeyError, ValueError):  # no such user, or characters that no name and no password has
            return False


class FileAuthority:
    """A generated password in a file that only its owner reads."""

    def __init__(self, path: Path, users: Iterable[str]) -> None:
        self.path = path
        self._users = frozenset(users)

    def ensure(self) -> None:
        """Make the password, if there is none yet; a file that is empty, as a crash may leave it, has none."""
        if self.path.exists() and self.path.stat().st_size:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            os.fchmod(descriptor, 0o600)
            file.write(f"{secrets.token_urlsafe(18)}\n")

    def knows(self, user: str, password: str) -> bool:
        """Whether ``user`` is one of ours and the password the one in the file."""
        if user not in self._users:
            return False
        try:
            expected = self.path.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            log.warning("the password file can't be read: %s", error)
            return False
        return bool(expected) and hmac.compare_digest(expected.encode(), password.encode(errors="surrogatepass"))


class Throttle:
    """Slows down wrong passwords: each one from an address doubles the wait, up to :data:`SLOWEST`."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._wrong: dict[str, tuple[int, float]] = {}
        self._lock = threading.Lock()

    def wrong(self, address: str) -> float:
        """A wrong password came from ``address``; answers how many seconds to hold the answer back."""
        now = self._monotonic()
        with self._lock:
            for old in [each for each, (_, last) in self._wrong.items() if now - last > FORGET]:
                del self._wrong[old]
            count = self._wrong.get(address, (0, now))[0] + 1
            self._wrong[address] = (count, now)
        return min(0.25 * float(1 << min(count, 10)), SLOWEST)

    def right(self, address: str) -> None:
        """A right one came: forget the wrong ones."""
        with self._lock:
            self._wrong.pop(address, None)


class Logins:
    """Opens sessions for those who prove who they are."""

    def __init__(
        self,
        authorities: Iterable[Authority],
        throttle: Throttle,
        trusted: frozenset[int],
        hold: Callable[[float], object] = time.sleep,
    ) -> None:
        """``trusted`` users on the Unix socket need no password; ``hold`` holds a refusal back for some seconds."""
        self._authorities = tuple(authorities)
        self._throttle = throttle
        self._trusted = trusted
        self._hold = hold

    def handles(self, signature: Signature) -> bool:
        """Whether the message logs someone in."""
        return signature.wire_name in METHODS

    def log_in(self, call: Call, sessions: Sessions) -> Success:
        """Answer a log-in with the new session's token; raises ``SESSION_AUTHENTICATION_FAILED``."""
        user, password = call.args[0], call.args[1]
        originator = call.args[3] if len(call.args) > 3 else ""
        return Success(call.signature.result, self.open(user, password, originator, call.peer, sessions))

    def open(self, user: str, password: str, originator: str, peer: Peer, sessions: Sessions) -> str:
        """Open a session for ``user``; raises ``SESSION_AUTHENTICATION_FAILED`` after holding it back."""
        if not self.trusts(peer) and not any(authority.knows(user, password) for authority in self._authorities):
            log.warning("wrong password for %r from %s", user, peer.address)
            self._hold(self._throttle.wrong(peer.address))
            raise SessionAuthenticationFailed(user, "Authentication failure")
        self._throttle.right(peer.address)
        token = sessions.open(user or "root", originator=originator or peer.user_agent)
        log.info("logged in: %s from %s", user, peer.address)
        return token

    def trusts(self, peer: Peer) -> bool:
        """Whether the peer's credentials on the Unix socket are enough."""
        return peer.uid is not None and peer.uid in self._trusted
