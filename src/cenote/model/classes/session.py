"""The class ``session``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from cenote.model.core import NULL, Field, Object, Runs, editable, initial, inverse, runtime, static
from cenote.model.errors.access import SessionAuthenticationFailed
from cenote.model.errors.host import HostIsSlave
from cenote.model.refs import HostRef, SessionRef, SubjectRef, TaskRef, UserRef
from cenote.model.roles import Role
from cenote.model.shapes import EPOCH


class session(Object):
    """A log-in: who sends requests, since when, and with which roles."""

    role = Role.POOL_ADMIN
    listed = False

    uuid: Field[str] = runtime("identifies the session for good; not the secret that requests carry")
    this_host: Field[HostRef] = runtime("the host that the client talks to")
    this_user: Field[UserRef] = runtime(
        "the local user who logged in; the null reference for users of a directory service"
    )
    last_active: Field[datetime] = runtime("when the session last sent a request")
    pool: Field[bool] = runtime("true for a session that the pool's hosts use among themselves")
    other_config: Field[Mapping[str, str]] = editable("free keys and values of the session's owner", default={})
    is_local_superuser: Field[bool] = runtime(
        "true when the user is the host's own superuser, who may do everything", default=False
    )
    subject: Field[SubjectRef] = runtime(
        "the entry of the directory service that let the user in, if one did", default=NULL
    )
    validation_time: Field[datetime] = runtime(
        "when the directory service last confirmed that the user may be here", default=EPOCH
    )
    auth_user_sid: Field[str] = runtime(
        "the user's security identifier in the directory service, or the empty string", default=""
    )
    auth_user_name: Field[str] = runtime("the user's name as the directory service or the host knows it", default="")
    rbac_permissions: Field[tuple[str, ...]] = initial(
        "names of the messages that the session may send, where a role limits it", default=()
    )
    tasks: Field[tuple[TaskRef, ...]] = inverse("task.session", "tasks that the session started")
    parent: Field[SessionRef] = initial("the session that opened this one, if one did", default=NULL)
    originator: Field[str] = runtime("the program that logged in, as it named itself", default="")
    client_certificate: Field[bool] = runtime("true when a client certificate stood in for the password", default=False)

    @static(Role.READ_ONLY, errors=(SessionAuthenticationFailed, HostIsSlave), session_required=False)
    @staticmethod
    def login_with_password(uname: str, pwd: str, version: str = "1.1", originator: str = "") -> SessionRef:
        """Log in by name and password; answers the session that every other request carries."""
        ...

    @static(Role.READ_ONLY)
    @staticmethod
    def logout() -> None:
        """Close the session that sends this; its tasks go on."""

    @static(Role.OPEN, runs=Runs.RESIDENT)
    @staticmethod
    def change_password(old_pwd: str, new_pwd: str) -> None:
        """Change the password of the host's superuser, who must be the one that sends this."""

    @static(Role.POOL_ADMIN, session_required=False)
    @staticmethod
    def slave_local_login_with_password(uname: str, pwd: str) -> SessionRef:
        """Log in to this host alone, even while its coordinator can't be reached."""
        ...

    @static(Role.POOL_ADMIN)
    @staticmethod
    def local_logout() -> None:
        """Close a session that was opened with slave_local_login_with_password."""

    @static(Role.OPEN, runs=Runs.COORDINATOR)
    @staticmethod
    def create_from_db_file(filename: str) -> SessionRef:
        """Open a session over a database dump, to read the records of another pool from it."""
        ...

    @static(Role.READ_ONLY)
    @staticmethod
    def get_all_subject_identifiers() -> tuple[str, ...]:
        """The security identifiers of all directory users who are logged in."""
        ...

    @static(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    @staticmethod
    def logout_subject_identifier(subject_identifier: str) -> None:
        """Close every session of the directory user with that security identifier."""
