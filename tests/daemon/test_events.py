"""Events: tokens, what happened, what is lost, and the older register and next."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from tests.daemon.house import NULL, WAIT, Client, House, changes, refused, vm_record


@pytest.fixture(scope="module")
def client(shared: House) -> Client:
    """One client for the module: its tests tell their objects apart."""
    return Client(shared)


def wait_for(client: Client, shared: House) -> tuple[threading.Thread, list[Any], str]:
    """A second client that waits for the next VM; answers its thread, what it was told, and its token."""
    other, told = Client(shared), list[Any]()
    token = other.token()
    thread = threading.Thread(target=lambda: told.append(other.events(["vm"], token)))
    thread.start()
    return thread, told, token


def test_the_first_token_tells_all_that_is_there(client: Client) -> None:
    batch = client.events(["pool", "host"], "")
    assert set(changes(batch)) == {("pool", "add", client.pool), ("host", "add", client.host)}
    pool = next(each for each in batch["events"] if each["class"] == "pool")
    assert pool["snapshot"] == client.api.pool.get_record(client.pool)
    assert batch["valid_ref_counts"]["pool"] == 1
    assert batch["valid_ref_counts"]["vm"] == len(client.api.VM.get_all())


def test_nothing_new_is_an_empty_batch_with_a_token_to_go_on_from(client: Client) -> None:
    batch = client.events(["pool"], client.token(), 0.0)
    assert batch["events"] == []
    again = client.events(["pool"], batch["token"], 0.0)
    assert again["events"] == []


@pytest.mark.parametrize("timeout", [-1.0, float("nan")])
def test_a_timeout_that_is_none_is_no_wait(client: Client, timeout: float) -> None:
    if timeout == timeout:
        assert client.events(["pool"], client.token(), timeout)["events"] == []
    else:
        assert refused(client.events, ["pool"], client.token(), timeout)[:2] == ["INVALID_VALUE", "timeout"]


def test_a_wait_ends_with_the_change(client: Client, shared: House) -> None:
    thread, told, _ = wait_for(client, shared)
    vm = client.vm()
    thread.join(WAIT)
    assert [changes(batch) for batch in told] == [[("vm", "add", vm)]]


def test_only_what_is_asked_for_is_told(client: Client) -> None:
    token = client.token()
    vm, other = client.vm(), client.vm()
    network = client.network()
    assert set(changes(client.events(["network"], token))) == {("network", "add", network)}
    assert changes(client.events([f"vm/{other}"], token)) == [("vm", "add", other)]
    assert {each[2] for each in changes(client.events(["VM"], token))} == {vm, other}
    assert {vm, other, network} <= {each[2] for each in changes(client.events(["*"], token))}


def test_an_object_is_told_once_with_its_newest_record(client: Client) -> None:
    vm = client.vm("first")
    token = client.token()
    client.api.VM.set_name_label(vm, "second")
    client.api.VM.set_name_label(vm, "third")
    batch = client.events(["vm"], token)
    assert [(each["operation"], each["snapshot"]["name_label"]) for each in batch["events"]] == [("mod", "third")]


def test_what_came_and_went_is_not_told(client: Client) -> None:
    token = client.token()
    client.api.VM.destroy(client.vm())
    kept = client.vm()
    assert changes(client.events(["vm"], token)) == [("vm", "add", kept)]


def test_a_deletion_is_told_without_a_record(client: Client) -> None:
    vm = client.vm()
    token = client.token()
    client.api.VM.destroy(vm)
    (event,) = client.events([f"vm/{vm}"], token)["events"]
    assert (event["operation"], event["ref"]) == ("del", vm)
    assert "snapshot" not in event


def test_the_same_value_is_no_change(client: Client) -> None:
    vm = client.vm("same")
    token = client.token()
    client.api.VM.set_name_label(vm, "same")
    assert client.events(["vm"], token, 0.0)["events"] == []


@pytest.mark.parametrize("token", ["rubbish", "1,2", "x" * 36 + ",1", "00000000000000013238,00000000000000000000"])
def test_a_token_that_can_not_be_read(client: Client, token: str) -> None:
    assert refused(client.events, ["pool"], token) == ["EVENT_FROM_TOKEN_PARSE_FAILURE", token]


def test_a_token_of_another_history_or_of_the_future(client: Client) -> None:
    epoch, revision = client.token().split(",")
    other = "00000000-0000-0000-0000-000000000000"
    assert refused(client.events, ["pool"], f"{other},{revision}") == ["EVENTS_LOST"]
    assert refused(client.events, ["pool"], f"{epoch},{int(revision) + 10**6:020d}") == ["EVENTS_LOST"]


def test_a_history_that_no_longer_reaches_back(client: Client, shared: House) -> None:
    vm, token = client.vm(), client.token()
    history = shared.daemon.rooms.store.state.history
    limit, history._limit = history._limit, 5  # pyright: ignore[reportPrivateUsage]
    try:
        for number in range(20):
            client.api.VM.set_name_label(vm, str(number))
        assert refused(client.events, ["vm"], token) == ["EVENTS_LOST"]
        assert client.events(["vm"], client.token(), 0.0)["events"] == []
    finally:
        history._limit = limit  # pyright: ignore[reportPrivateUsage]


@pytest.mark.parametrize("subscription", ["", "vm/", "a b", "vm/x y", "/x", "vm;host"])
def test_a_subscription_that_can_not_be_read(client: Client, subscription: str) -> None:
    assert refused(client.events, [subscription], "") == ["EVENT_SUBSCRIPTION_PARSE_FAILURE", subscription]


def test_a_class_that_does_not_exist_has_no_events(client: Client) -> None:
    assert client.events(["no_such_class"], "", 0.0)["events"] == []


def test_inject_tells_once_more(client: Client) -> None:
    vm = client.vm()
    token = client.api.event.inject("VM", vm)
    batch = client.events(["vm"], token)
    assert changes(batch) == [("vm", "mod", vm)]
    assert refused(client.api.event.inject, "no_class", vm) == ["HANDLE_INVALID", "no_class", vm]
    assert refused(client.api.event.inject, "host", vm) == ["HANDLE_INVALID", "host", vm]


def test_next_needs_a_registration(shared: House) -> None:
    client = Client(shared)
    assert refused(client.api.event.next)[0] == "SESSION_NOT_REGISTERED"
    client.api.event.register(["vm"])
    vm = client.vm()
    told = client.api.event.next()
    assert [(each["class"], each["operation"], each["ref"]) for each in told] == [("vm", "add", vm)]
    client.network()
    client.api.VM.set_name_label(vm, "again")
    assert [each["operation"] for each in client.api.event.next()] == ["mod"]


def test_next_waits(shared: House) -> None:
    client, other = Client(shared), Client(shared)
    client.api.event.register(["vm"])
    told: list[Any] = []
    thread = threading.Thread(target=lambda: told.extend(client.api.event.next()))
    thread.start()
    vm = other.vm()
    thread.join(WAIT)
    assert [each["ref"] for each in told] == [vm]


def test_unregistered_classes_are_not_told(shared: House) -> None:
    client = Client(shared)
    client.api.event.register(["vm", "network"])
    client.api.event.unregister(["vm"])
    client.vm()
    network = client.network()
    assert [each["ref"] for each in client.api.event.next()] == [network]
    assert refused(client.api.event.register, ["a b"]) == ["EVENT_SUBSCRIPTION_PARSE_FAILURE", "a b"]


def test_the_current_id_grows(client: Client) -> None:
    before = int(client.api.event.get_current_id())
    client.vm()
    assert int(client.api.event.get_current_id()) > before


def test_every_change_of_a_create_is_in_one_revision(client: Client) -> None:
    token = client.token()
    vm = client.api.VM.create(vm_record())
    batch = client.events(["vm", "vm_metrics"], token)
    assert {each["class"] for each in batch["events"]} == {"vm", "vm_metrics"}
    assert len({each["id"] for each in batch["events"]}) == 1
    assert vm != NULL
