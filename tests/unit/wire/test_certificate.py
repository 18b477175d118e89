"""The host's certificate."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from cenote.wire import certificate

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def test_it_is_for_the_names_and_addresses_and_signed_by_itself() -> None:
    pem = certificate.make(["host.test", "192.0.2.1", "::1"], NOW)
    made = x509.load_pem_x509_certificate(pem)
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["host.test"]
    assert names.get_values_for_type(x509.IPAddress) == [ipaddress.ip_address("192.0.2.1"), ipaddress.ip_address("::1")]
    assert made.not_valid_before_utc == NOW - timedelta(days=1)
    assert made.not_valid_after_utc == NOW + certificate.VALID
    made.verify_directly_issued_by(made)
    key = serialization.load_pem_private_key(pem, None)
    assert isinstance(key, rsa.RSAPrivateKey)
    assert key.public_key() == made.public_key()


def test_a_long_name_stands_in_full_among_the_names() -> None:
    name = "h" * 60 + ".example.test"
    made = x509.load_pem_x509_certificate(certificate.make([name], NOW))
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == [name]
