"""The first steps in a fresh pool, taken through its API as any client would."""

from __future__ import annotations

from cenote.setup import hello, storage, summary, template
from cenote.setup.api import Api
from cenote.setup.machine import Machine
from cenote.setup.place import Place
from cenote.setup.screen import Screen
from cenote.setup.step import Step, take


def steps(api: Api, *, guest: bool) -> list[Step]:
    """Storage, templates and, where wanted, the first guest."""
    found = [storage.step(api), template.step(api)]
    return [*found, hello.step(api)] if guest else found


def take_steps(machine: Machine, place: Place, screen: Screen, *, guest: bool) -> None:
    """Take them, and say where everything is."""
    api = Api(place)
    try:
        take(steps(api, guest=guest), screen)
        summary.show(screen, machine, api)
    finally:
        api.close()
