"""The class ``vdi_nbd_server_info``."""

from __future__ import annotations

from cenote.model.core import Field, Object, runtime


class vdi_nbd_server_info(Object):
    """Where a disk's content can be read over the network (NBD), and whom to trust."""

    struct = True

    exportname: Field[str] = runtime("the name to ask the server for")
    address: Field[str] = runtime("the address of the server")
    port: Field[int] = runtime("the TCP port of the server")
    cert: Field[str] = runtime("the server's certificate, in PEM")
    subject: Field[str] = runtime("the name in the certificate that the client shall insist on")
