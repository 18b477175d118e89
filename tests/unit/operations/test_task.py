"""Clients' own tasks, and messages to the administrator."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.unit.records import NOTHING, World

from cenote.model.classes.message import cls as message_class
from cenote.model.classes.message import message
from cenote.model.classes.task import task, task_allowed_operations, task_status_type
from cenote.model.classes.vm import VM
from cenote.model.core import Ref
from cenote.model.errors.general import HandleInvalid, InvalidValue, OperationNotAllowed, UuidInvalid
from cenote.operations import message as messages
from cenote.operations import task as tasks
from cenote.operations.registry import procedures


@pytest.fixture
def world() -> World:
    return World()


def test_a_task_of_a_clients_own(world: World) -> None:
    made = tasks.create(world.context(), "backup", "nightly")
    record = world.get(task, made)
    assert (record.name_label, record.name_description) == ("backup", "nightly")
    assert (record.status, record.created) == (task_status_type.PENDING, world.clock.now())
    assert record.allowed_operations == (), "nobody but the client can stop its work"
    world.clock.advance(5)
    tasks.set_status(world.context(), made, task_status_type.SUCCESS)
    assert world.get(task, made).finished == world.clock.now()
    tasks.destroy(world.context(), made)
    assert world.view.find(task, made) is None


def test_a_task_that_runs_is_not_destroyed(world: World) -> None:
    running = world.add(task, task.allowed_operations.to((task_allowed_operations.CANCEL,)))
    with pytest.raises(OperationNotAllowed):
        tasks.destroy(world.context(), running)
    with pytest.raises(HandleInvalid):
        tasks.destroy(world.context(), Ref[task](NOTHING))


def test_progress_of_a_clients_own(world: World) -> None:
    made = tasks.create(world.context(), "backup", "")
    report = procedures().verbs["task.set_progress"]
    for good in (0.0, 0.5, 1.0):
        report(world.context(), made, good)
        assert world.get(task, made).progress == good
    for bad in (-0.1, 1.1):
        with pytest.raises(InvalidValue):
            report(world.context(), made, bad)


def tell(world: World, about: str, kind: message_class = message_class.VM) -> Ref[message]:
    return messages.create(world.context(), "ALARM", 3, kind, about, "the body")


def test_messages(world: World) -> None:
    uuid = world.get(VM, world.add_vm()).uuid
    first = tell(world, uuid)
    world.clock.advance(60)
    second = tell(world, uuid)
    record = world.get(message, second)
    assert (record.name, record.priority, record.obj_uuid, record.body) == ("ALARM", 3, uuid, "the body")
    now = world.clock.now()
    assert list(messages.get(world.context(), message_class.VM, uuid, now - timedelta(hours=1))) == [second, first]
    assert list(messages.get_since(world.context(), now)) == [second]
    assert list(messages.get(world.context(), message_class.VM, "another", now)) == []
    assert list(messages.get(world.context(), message_class.SR, uuid, now)) == []


def test_a_message_is_about_something(world: World) -> None:
    with pytest.raises(UuidInvalid):
        tell(world, "no such uuid")
    with pytest.raises(UuidInvalid):
        tell(world, world.get(VM, world.add_vm()).uuid, message_class.SR)


def test_messages_go_all_or_none(world: World) -> None:
    uuid = world.get(VM, world.add_vm()).uuid
    made = [tell(world, uuid) for _ in range(3)]
    with pytest.raises(HandleInvalid):
        messages.destroy_many(world.context(), (made[0], Ref[message](NOTHING)))
    assert len(list(world.view.all(message))) == 3
    messages.destroy_many(world.context(), (made[0], made[1]))
    messages.destroy(world.context(), made[2])
    assert list(world.view.all(message)) == []
    with pytest.raises(HandleInvalid):
        messages.destroy(world.context(), made[2])
