"""What is kept with the pool, and its workload balancer."""

from __future__ import annotations

from collections.abc import Mapping

from cenote.model.core import Field, Lifecycle, Object, Runs, editable, message, runtime, static
from cenote.model.refs import BlobRef, VMRef
from cenote.model.roles import Role


class Notes(Object):
    """What is kept with the pool, and its workload balancer."""

    blobs: Field[Mapping[str, BlobRef]] = runtime("binary data kept with the pool, by name", default={})
    tags: Field[tuple[str, ...]] = editable("labels that people gave the pool", default=(), role=Role.VM_OPERATOR)
    gui_config: Field[Mapping[str, str]] = editable(
        "settings that consoles keep here", default={}, role=Role.VM_OPERATOR
    )
    health_check_config: Field[Mapping[str, str]] = editable("settings of the health check", default={})
    wlb_url: Field[str] = runtime("where the workload balancer is; empty for none", default="")
    wlb_username: Field[str] = runtime("the name by which the pool logs in to the workload balancer", default="")
    wlb_enabled: Field[bool] = editable(
        "whether the workload balancer's advice is asked for", default=False, client_cert=True
    )
    wlb_verify_cert: Field[bool] = editable(
        "whether the workload balancer's certificate is checked", default=False, lifecycle=Lifecycle.DEPRECATED
    )

    @message(Role.POOL_OPERATOR, runs=Runs.COORDINATOR, self_name="pool")
    def create_new_blob(self, name: str, mime_type: str, public: bool = False) -> BlobRef:
        """Make room for binary data that is kept with the pool."""
        ...

    @static(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    @staticmethod
    def initialize_wlb(
        wlb_url: str, wlb_username: str, wlb_password: str, xenserver_username: str, xenserver_password: str
    ) -> None:
        """Make the workload balancer known to the pool, and the pool to it."""

    @static(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    @staticmethod
    def deconfigure_wlb() -> None:
        """Forget the workload balancer."""

    @static(Role.POOL_OPERATOR, runs=Runs.COORDINATOR)
    @staticmethod
    def send_wlb_configuration(config: Mapping[str, str]) -> None:
        """Change settings of the workload balancer."""

    @static(Role.READ_ONLY, runs=Runs.COORDINATOR)
    @staticmethod
    def retrieve_wlb_configuration() -> Mapping[str, str]:
        """The settings of the workload balancer."""
        ...

    @static(Role.READ_ONLY, runs=Runs.COORDINATOR)
    @staticmethod
    def retrieve_wlb_recommendations() -> Mapping[VMRef, tuple[str, ...]]:
        """Where the workload balancer would move which guest, and why."""
        ...

    @static(Role.POOL_ADMIN, runs=Runs.COORDINATOR)
    @staticmethod
    def send_test_post(host: str, port: int, body: str) -> str:
        """Post to a server over TLS, to see whether it can be reached; answers what it says."""
        ...
