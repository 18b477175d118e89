"""An API in memory for the golden tests of xe: generated messages work on records, verbs are noted and answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cenote.client.failure import Failure
from cenote.client.session import Session
from cenote.model.catalogue import Kind, Signature, fields_of
from cenote.model.classes.task import task, task_status_type
from cenote.model.core import MISSING, Assignment, Object, Ref
from cenote.model.sealed import CATALOGUE

TOKEN = "OpaqueRef:session"

Verb = Callable[..., Any]


class Api:
    """A transport whose records live in memory."""

    def __init__(self) -> None:
        self.records: dict[type[Object], dict[Ref[Any], dict[str, Any]]] = {}
        self.calls: list[str] = []
        """The messages that changed or might change something, as text."""
        self.verbs: dict[str, Verb] = {}
        self._made = 0

    def session(self) -> Session:
        """A session with this API."""
        return Session(self, TOKEN, CATALOGUE)

    def add(self, cls: type[Object], name: str, *values: Assignment[Any]) -> Ref[Any]:
        """A record with those values and otherwise the defaults; its reference and UUID have ``name`` in them."""
        ref: Ref[Any] = Ref(f"OpaqueRef:{name}")
        record: dict[str, Any] = {}
        for field in fields_of(cls).values():
            record[field.name] = field.shape.empty if field.default is MISSING else field.default
        record["uuid"] = f"uuid-{name}"
        record.update({each.field.name: each.value for each in values})
        self.records.setdefault(cls, {})[ref] = record
        return ref

    def copy(self, cls: type[Object], ref: Ref[Any], name: str, *values: Assignment[Any]) -> Ref[Any]:
        """A second record like the first but for those values."""
        made = self.add(cls, name)
        self.records[cls][made] |= {**self.records[cls][ref], "uuid": f"uuid-{name}"}
        self.records[cls][made].update({each.field.name: each.value for each in values})
        return made

    def send(self, signature: Signature, params: Sequence[Any], asynchronous: bool = False) -> Any:
        """Answer one message."""
        args = list(params)[1:] if signature.session_required else list(params)
        if asynchronous:
            return self._start(signature, args)
        return self._answer(signature, args)

    def _answer(self, signature: Signature, args: list[Any]) -> Any:
        found = self.verbs.get(signature.wire_name)
        if found is None:
            generated = getattr(self, f"_{signature.kind.value}", None)
            if generated is not None:
                return generated(signature, args)
            if signature.wire_name == "event.from":
                return {"token": "1", "events": ()}
        if signature.cls is not task:
            self._note(signature, args)
        return found(*args) if found is not None else None

    def _note(self, signature: Signature, args: list[Any]) -> None:
        shown = [
            param.shape.text(arg) if not isinstance(arg, Mapping) else str(dict(arg))  # pyright: ignore[reportUnknownArgumentType]
            for param, arg in zip(signature.params, args, strict=False)
        ]
        self.calls.append(f"{signature.wire_name}({', '.join(shown)})")

    def _start(self, signature: Signature, args: list[Any]) -> Ref[Any]:
        self._made += 1
        done, text = task_status_type.SUCCESS, ""
        said: tuple[str, ...] = ()
        try:
            result = self._answer(signature, args)
            if signature.result is not None:
                text = f"<value>{signature.result.xml(result)}</value>"
        except Failure as failure:
            done, said = task_status_type.FAILURE, (failure.code, *failure.params)
        return self.add(
            task,
            f"task-{self._made}",
            task.status.to(done),
            task.result.to(text),
            task.error_info.to(said),
            task.progress.to(1.0),
        )

    def _table(self, signature: Signature) -> dict[Ref[Any], dict[str, Any]]:
        return self.records.setdefault(signature.cls, {})

    def _row(self, signature: Signature, ref: Ref[Any]) -> dict[str, Any]:
        row = self._table(signature).get(ref)
        if row is None:
            raise Failure("HANDLE_INVALID", [signature.cls.__name__, ref])
        return row

    @staticmethod
    def _field(signature: Signature) -> str:
        assert signature.field is not None
        return signature.field.name

    def _get(self, signature: Signature, args: list[Any]) -> Any:
        return self._row(signature, args[0])[self._field(signature)]

    def _get_record(self, signature: Signature, args: list[Any]) -> Any:
        return {name.removesuffix("_"): value for name, value in self._row(signature, args[0]).items()}

    def _get_all_records(self, signature: Signature, args: list[Any]) -> Any:
        return {
            ref: {name.removesuffix("_"): value for name, value in row.items()}
            for ref, row in self._table(signature).items()
        }

    def _get_by_uuid(self, signature: Signature, args: list[Any]) -> Any:
        for ref, row in self._table(signature).items():
            if row["uuid"] == args[0]:
                return ref
        raise Failure("UUID_INVALID", [signature.cls.__name__, args[0]])

    def _get_by_name_label(self, signature: Signature, args: list[Any]) -> Any:
        return tuple(ref for ref, row in self._table(signature).items() if row["name_label"] == args[0])

    def _set(self, signature: Signature, args: list[Any]) -> None:
        self._note(signature, args)
        self._row(signature, args[0])[self._field(signature)] = args[1]

    def _add(self, signature: Signature, args: list[Any]) -> None:
        self._note(signature, args)
        row, name = self._row(signature, args[0]), self._field(signature)
        row[name] = (*row[name], args[1])

    def _remove(self, signature: Signature, args: list[Any]) -> None:
        self._note(signature, args)
        row, name = self._row(signature, args[0]), self._field(signature)
        row[name] = tuple(each for each in row[name] if each != args[1])

    def _add_to(self, signature: Signature, args: list[Any]) -> None:
        self._note(signature, args)
        row, name = self._row(signature, args[0]), self._field(signature)
        row[name] = {**row[name], args[1]: args[2]}

    def _remove_from(self, signature: Signature, args: list[Any]) -> None:
        self._note(signature, args)
        row, name = self._row(signature, args[0]), self._field(signature)
        row[name] = {key: value for key, value in row[name].items() if key != args[1]}

    def _create(self, signature: Signature, args: list[Any]) -> Ref[Any]:
        self._made += 1
        shapes = {each.wire_name: each for each in fields_of(signature.cls).values()}
        given = {name: shapes[name].shape.text(value) for name, value in args[0].items()}
        self.calls.append(f"{signature.wire_name}({given})")
        values = [Assignment(shapes[name], value) for name, value in args[0].items()]
        return self.add(signature.cls, f"new-{self._made}", *values)

    def _destroy(self, signature: Signature, args: list[Any]) -> None:
        self._note(signature, args)
        self._row(signature, args[0])
        del self._table(signature)[args[0]]


assert {f"_{kind.value}" for kind in Kind if kind not in {Kind.VERB, Kind.GET_ALL, Kind.GET_ALL_RECORDS_WHERE}} <= set(
    dir(Api)
)
