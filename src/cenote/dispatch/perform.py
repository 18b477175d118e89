"""Does one call, on the thread that it is given: a generated message by its kind, a verb by its procedure."""

from __future__ import annotations

import logging
from typing import Any

from cenote.dispatch import generated, guard
from cenote.dispatch.answer import Failure, Success
from cenote.dispatch.call import Call
from cenote.model.catalogue import Kind, Signature
from cenote.model.core import ApiError
from cenote.model.errors.general import InternalError, NotImplemented_, OutOfSpace
from cenote.operations.context import Context
from cenote.operations.registry import Consequence, Procedures
from cenote.store.contract import StoreError, StoreFullError

log = logging.getLogger(__name__)


def is_quick(procedures: Procedures, signature: Signature) -> bool:
    """Whether the message touches records only, and so needs no task.

    One that excludes others, or that others exclude, needs one: it passes the guard.
    """
    if signature.kind is Kind.VERB:
        if guard.operation_of(signature) is not None and signature.wire_name in procedures.verbs:
            return False
        return signature.wire_name in procedures.quick or signature.wire_name not in procedures.verbs
    if signature.kind in generated.WRITES:
        return consequence_of(procedures, signature) is None
    return signature.kind in generated.READS


def consequence_of(procedures: Procedures, signature: Signature) -> Consequence | None:
    """What follows from setting the message's field, where something does."""
    assert signature.field is not None
    return procedures.consequences.get((signature.cls.__name__, signature.field.name))


def perform(procedures: Procedures, context: Context, call: Call) -> Success:
    """Do it and answer; raises what it fails with."""
    signature, name = call.signature, call.signature.cls.__name__
    value: Any = None
    match signature.kind:
        case Kind.VERB:
            procedure = procedures.verbs.get(signature.wire_name)
            if procedure is None:
                raise NotImplemented_(signature.wire_name)
            value = procedure(context, *call.args)
        case Kind.CREATE:
            create = procedures.creates.get(name)
            if create is None:
                raise NotImplemented_(signature.wire_name)
            value = create(context, generated.constructor_values(context.view, signature.cls, call.args[0]))
        case Kind.DESTROY:
            destroy = procedures.destroys.get(name)
            if destroy is None:
                raise NotImplemented_(signature.wire_name)
            context.view.get(signature.cls, call.args[0])
            destroy(context, call.args[0])
        case kind if kind in generated.READS:
            value = generated.read(context.view, signature, call.args)
        case _:
            _write(procedures, context, call)
    return Success(signature.result, value)


def _write(procedures: Procedures, context: Context, call: Call) -> None:
    consequence = consequence_of(procedures, call.signature)
    if consequence is None:
        context.write(lambda draft: generated.write(draft, call.signature, call.args))
    else:
        consequence(context, call.args[0], generated.written(context.view, call.signature, call.args))


def failure(error: BaseException, message: str) -> Failure:
    """The answer that tells of ``error``; what no one foresaw goes to the log whole."""
    if isinstance(error, StoreFullError):
        return Failure.of(OutOfSpace(error.location))
    if isinstance(error, StoreError):
        return Failure.of(InternalError(str(error)))
    if isinstance(error, ApiError):
        return Failure.of(error)
    log.error("%s failed unexpectedly", message, exc_info=error)
    return Failure.of(InternalError(f"{type(error).__name__}: {error}"))


def result_text(answer: Success) -> str:
    """A task's ``result``: the value as XML-RPC writes it; empty for nothing."""
    return "" if answer.shape is None else f"<value>{answer.shape.xml(answer.value)}</value>"
