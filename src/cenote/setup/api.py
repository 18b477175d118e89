"""The API of the daemon that was started, as any client has it: over the Unix socket, by who we are."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from functools import cached_property

from cenote.client.failure import Failure as Refusal
from cenote.client.session import Session
from cenote.client.xmlrpc import XmlRpc
from cenote.model.classes.host import host
from cenote.model.classes.pool import pool
from cenote.model.sealed import CATALOGUE
from cenote.setup.failure import Failure
from cenote.setup.place import Place


class Api:
    """A session that begins when it is first used; :meth:`close` ends it."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._transport = XmlRpc(f"unix://{place.config.socket}")

    @cached_property
    def session(self) -> Session:
        """The session; raises :class:`Failure`."""
        signature = CATALOGUE.signatures["session.login_with_password"]
        with self.told("Cenote's daemon does not let us in"):
            token = str(self._transport.send(signature, ["root", "", "1.0", "script/up"]))
        return Session(self._transport, token, CATALOGUE)

    @cached_property
    def host(self) -> host:
        """This host, as it was when first asked for."""
        return self.session.records(host)[0]

    @property
    def pool(self) -> pool:
        """The pool as it is now."""
        return self.session.records(pool)[0]

    def close(self) -> None:
        """Log out, where there is a session, and close the connection."""
        if "session" in self.__dict__:
            self.session.logout()
            del self.session
        self._transport.close()

    @contextmanager
    def told(self, what: str, *advice: str) -> Generator[None]:
        """Turn what the API refuses inside the block into a failure that says what could not be done."""
        try:
            yield
        except Refusal as error:
            raise Failure(what, f"the API answers {error}", *advice, f"read {self.place.daemon_log}") from error
        except (OSError, ValueError) as error:
            raise Failure(
                what, f"the API does not answer: {error}", *advice, f"read {self.place.daemon_log}"
            ) from error
