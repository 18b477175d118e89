"""The key pair that opens every tiny Linux of this host."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeyPair:
    """An Ed25519 key pair as OpenSSH writes it: ``private`` a whole file, ``public`` a line of authorized_keys."""

    private: bytes
    public: str


def make() -> KeyPair:
    """A new pair, without a pass phrase."""
    # Imported here: the list of packages to install is read before any library is there.
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
        Encoding,
        NoEncryption,
        PrivateFormat,
        PublicFormat,
    )

    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    return KeyPair(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()), f"{public} tinylinux")
