"""Who may log in to a host, and the edition of its software."""

from __future__ import annotations

from collections.abc import Mapping

from cenote.model.core import Field, Lifecycle, Object, Runs, editable, message, runtime
from cenote.model.roles import Role


class Access(Object):
    """Who may log in to a host, and the edition of its software."""

    external_auth_type: Field[str] = runtime(
        "the kind of directory service that knows the users; empty for none", default=""
    )
    external_auth_service_name: Field[str] = runtime("the name of the directory service", default="")
    external_auth_configuration: Field[Mapping[str, str]] = runtime("settings of the directory service", default={})
    edition: Field[str] = runtime("the edition of the software", default="")
    license_server: Field[Mapping[str, str]] = editable(
        "the licence server's `address` and `port`", default={"address": "localhost", "port": "27000"}
    )

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT, self_name="host")
    def apply_edition(self, edition: str, force: bool = False) -> None:
        """Change to another edition of the software."""

    @message(Role.POOL_OPERATOR, runs=Runs.RESIDENT, lifecycle=Lifecycle.DEPRECATED, self_name="host")
    def refresh_pack_info(self) -> None:
        """Once read anew which packs are installed."""

    @message(Role.POOL_ADMIN, runs=Runs.RESIDENT, self_name="host")
    def enable_external_auth(self, config: Mapping[str, str], service_name: str, auth_type: str) -> None:
        """Let users of a directory service log in to the host."""

    @message(Role.POOL_ADMIN, runs=Runs.RESIDENT, self_name="host")
    def disable_external_auth(self, config: Mapping[str, str] = {}, force: bool = False) -> None:
        """Stop letting users of the directory service log in to the host."""

    @message(Role.POOL_ADMIN, runs=Runs.RESIDENT, self_name="host")
    def external_auth_set_ldaps(self, ldaps: bool, force: bool = False) -> None:
        """Say whether the directory service is spoken to over TLS."""

    @message(Role.READ_ONLY, runs=Runs.RESIDENT, lifecycle=Lifecycle.PROTOTYPED)
    def get_tracked_user_agents(self) -> Mapping[str, str]:
        """Programs that logged in lately, and when each was last seen."""
        ...
