"""Each role may do what the ones below it may."""

import pytest

from cenote.model.roles import CLIENT_CERT, LADDER, Role, holders


def test_the_ladder_is_the_published_one() -> None:
    names = ["pool-admin", "pool-operator", "vm-power-admin", "vm-admin", "vm-operator", "read-only"]
    assert [role.value for role in LADDER] == names


@pytest.mark.parametrize("step", range(len(LADDER)))
def test_who_may_do_what_a_role_may(step: int) -> None:
    assert holders(LADDER[step]) - {CLIENT_CERT} == {role.value for role in LADDER[: step + 1]}


def test_certificates_read_and_do_what_names_them() -> None:
    assert CLIENT_CERT in holders(Role.READ_ONLY)
    assert CLIENT_CERT not in holders(Role.POOL_OPERATOR)
    assert CLIENT_CERT in holders(Role.POOL_OPERATOR, client_cert=True)


def test_what_is_open_asks_for_no_role() -> None:
    assert holders(Role.OPEN) == frozenset()
