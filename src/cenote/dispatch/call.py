"""From a method's name and parsed parameters to a call: who sent it, may they, and its arguments by shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cenote.dispatch import generated
from cenote.dispatch.answer import Peer
from cenote.dispatch.sessions import Sessions
from cenote.model.catalogue import Kind, Signature
from cenote.model.core import NULL, Lifecycle, Ref
from cenote.model.errors.access import RbacPermissionDenied
from cenote.model.errors.general import MessageMethodUnknown, MessageParameterCountMismatch, MessageRemoved
from cenote.model.sealed import CATALOGUE
from cenote.model.shapes import RefShape, StringShape
from cenote.operations.context import Caller

ASYNC = "Async."
NOBODY = Caller(session=NULL, user="")
"""Who sends a message that needs no session."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request on its way."""

    signature: Signature
    caller: Caller
    args: list[Any]
    """One per declared parameter, without the session."""
    peer: Peer
    token: str = ""
    """The session's token, as it came."""
    asynchronous: bool = False

    @property
    def target(self) -> Ref[Any] | None:
        """The object that the message is about."""
        message = self.signature.message
        about = self.signature.kind is Kind.DESTROY if message is None else message.takes_self
        return self.args[0] if about else None


def parse(sessions: Sessions, method: str, params: list[Any], peer: Peer) -> Call:
    """The call that a request asks for; raises the published error for whatever is wrong with it."""
    asynchronous = method.startswith(ASYNC)
    signature = CATALOGUE.signatures.get(method.removeprefix(ASYNC))
    if signature is None or (asynchronous and signature.kind in generated.READS):
        raise MessageMethodUnknown(method)
    return opened(sessions, signature, params, peer, asynchronous=asynchronous)


def opened(
    sessions: Sessions, signature: Signature, params: list[Any], peer: Peer, *, asynchronous: bool = False
) -> Call:
    """The call of a message that is known."""
    if signature.lifecycle is Lifecycle.REMOVED and signature.kind is Kind.VERB:
        raise MessageRemoved
    if not signature.session_required:
        _count(signature, len(params))
        return Call(signature, NOBODY, _decode(sessions, signature, params), peer, asynchronous=asynchronous)
    _count(signature, len(params) - 1)
    caller = sessions.find(params[0])
    _permit(signature, caller)
    return Call(signature, caller, _decode(sessions, signature, params[1:]), peer, params[0], asynchronous)


def _count(signature: Signature, given: int) -> None:
    most = len(signature.params)
    if not signature.required <= given <= most:
        expected = most if given > most else signature.required
        raise MessageParameterCountMismatch(signature.wire_name, expected, given)


def _permit(signature: Signature, caller: Caller) -> None:
    if caller.superuser or signature.open or not signature.roles.isdisjoint(caller.roles):
        return
    wanted = ", ".join(sorted(signature.roles))
    raise RbacPermissionDenied(signature.wire_name, f"{caller.user} has none of the roles that may: {wanted}")


def _decode(sessions: Sessions, signature: Signature, params: list[Any]) -> list[Any]:
    args: list[Any] = []
    for param, value in zip(signature.params, params, strict=False):
        shape = param.shape
        if type(shape) is StringShape and type(value) is str:
            args.append(value)
        elif type(shape) is RefShape and shape.target == "session":
            args.append(sessions.resolve(generated.decode(shape, value, param.name)))
        else:
            args.append(generated.decode(shape, value, param.name))
    args.extend(param.default for param in signature.params[len(params) :])
    return args
