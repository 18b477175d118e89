"""The disks that a template asks for."""

from __future__ import annotations

import pytest
from tests.unit.records import GIB, MIB, NOTHING, World

from cenote.model.classes.pool import pool
from cenote.model.classes.SR import SR
from cenote.model.classes.VBD import VBD, vbd_mode, vbd_type
from cenote.model.classes.VDI import VDI, vdi_type
from cenote.model.classes.vm import VM
from cenote.model.core import ApiError, Ref
from cenote.model.errors.general import InvalidValue, UuidInvalid
from cenote.model.errors.storage import DefaultSrNotFound
from cenote.operations.context import Context
from cenote.operations.vm.provision import Wish, parse, provision
from cenote.storage.contract import RepositorySpec
from cenote.storage.fake import FakeRepository, Medium


def test_wishes() -> None:
    text = """<provision>
        <disk device="0" size="8589934592" sr="some-uuid" bootable="true" type="system"/>
        <disk device="xvdb" size="1048576" sr="" bootable="FALSE" type="User"/>
        <disk device="2" size="0"/>
        </provision>"""
    assert parse(text) == [
        Wish("0", 8 * GIB, "some-uuid", True, vdi_type.SYSTEM),
        Wish("xvdb", MIB, "", False, vdi_type.USER),
        Wish("2", 0, "", False, vdi_type.USER),
    ]


def test_no_wishes() -> None:
    assert parse("<provision/>") == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<provision>",
        "no XML",
        '<provision><disk size="1"/></provision>',
        '<provision><disk device="0"/></provision>',
        '<provision><disk device="0" size="big"/></provision>',
        '<provision><disk device="0" size=""/></provision>',
    ],
)
def test_what_can_not_be_read(text: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        parse(text)
    assert caught.value.params[0] == "other_config:disks"


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa">]><provision>&a;</provision>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd"><provision/>',
        "<provision><!-- a comment --></provision>",
    ],
)
def test_declarations_are_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match="no declarations are allowed"):
        parse(text)


class Workshop:
    """A world whose repository is attached, with room for 4 GiB."""

    def __init__(self) -> None:
        self.world = World()
        self.pool = self.world.add(pool, pool.default_SR.to(self.world.sr))
        self.context: Context = self.world.context()
        uuid = self.world.get(SR, self.world.sr).uuid
        self.repository = FakeRepository(RepositorySpec(uuid, {}), Medium(capacity=4 * GIB))
        self.repository.create()
        self.repository.attach()
        self.context.rooms.repositories.add(self.repository)

    def template(self, *disks: str) -> Ref[VM]:
        wishes = f"<provision>{''.join(disks)}</provision>"
        return self.world.add_vm(VM.is_a_template.to(True), VM.other_config.to({"disks": wishes, "base": "kept"}))


@pytest.fixture
def workshop() -> Workshop:
    return Workshop()


def test_disks_are_made_and_the_template_is_a_vm(workshop: Workshop) -> None:
    uuid = workshop.world.get(SR, workshop.world.sr).uuid
    vm = workshop.template(
        f'<disk device="0" size="{GIB}" sr="{uuid}" bootable="true" type="system"/>',
        f'<disk device="1" size="{MIB}"/>',
    )
    provision(workshop.context, vm)
    record = workshop.world.get(VM, vm)
    assert not record.is_a_template
    assert record.other_config == {"base": "kept"}
    vbds = [workshop.world.get(VBD, ref) for ref in record.VBDs]
    assert [(each.userdevice, each.bootable) for each in vbds] == [("0", True), ("1", False)]
    assert {(each.type, each.mode) for each in vbds} == {(vbd_type.DISK, vbd_mode.RW)}
    vdis = [workshop.world.get(VDI, each.VDI) for each in vbds]
    assert [(each.virtual_size, each.type) for each in vdis] == [(GIB, vdi_type.SYSTEM), (MIB, vdi_type.USER)]
    assert {each.uuid for each in vdis} == {each.uuid for each in workshop.repository.scan()}


def test_a_template_without_wishes(workshop: Workshop) -> None:
    vm = workshop.world.add_vm(VM.is_a_template.to(True))
    provision(workshop.context, vm)
    assert not workshop.world.get(VM, vm).is_a_template


@pytest.mark.parametrize(
    "second",
    [
        f'<disk device="1" size="{2**60}"/>',
        f'<disk device="1" size="{MIB}" sr="no such uuid"/>',
        f'<disk device="0" size="{MIB}"/>',
    ],
    ids=["too large", "no repository", "the same number twice"],
)
def test_all_of_them_or_none(workshop: Workshop, second: str) -> None:
    vm = workshop.template(f'<disk device="0" size="{MIB}"/>', second)
    with pytest.raises(ApiError):
        provision(workshop.context, vm)
    assert workshop.repository.scan() == ()
    assert list(workshop.world.view.all(VDI)) == []
    assert list(workshop.world.view.all(VBD)) == []
    record = workshop.world.get(VM, vm)
    assert record.is_a_template
    assert "disks" in record.other_config


def test_an_unknown_repository(workshop: Workshop) -> None:
    with pytest.raises(UuidInvalid):
        provision(workshop.context, workshop.template(f'<disk device="0" size="{MIB}" sr="no such uuid"/>'))


def test_a_pool_without_a_default_repository(workshop: Workshop) -> None:
    vm = workshop.template(f'<disk device="0" size="{MIB}"/>')
    workshop.world.set(workshop.pool, pool.default_SR.to(NOTHING))
    with pytest.raises(DefaultSrNotFound):
        provision(workshop.context, vm)
