"""Errors that any message may answer: about the request itself, references, values, tasks, events and devices."""

from __future__ import annotations

from cenote.model.core import ApiError
from cenote.model.refs import VBDRef


class InternalError(ApiError):
    """Something failed that nobody foresaw; the log has the whole story."""

    message: str


class NotImplemented_(ApiError, code="NOT_IMPLEMENTED"):
    """The message is part of the API, and Cenote does not do it yet."""

    function: str


class MessageMethodUnknown(ApiError):
    """There is no message of that name."""

    method: str


class MessageParameterCountMismatch(ApiError):
    """The message takes another number of parameters; the session counts as none."""

    method: str
    expected: int
    received: int


class MessageRemoved(ApiError):
    """The message was part of the API once, and does nothing any more."""


class MessageDeprecated(ApiError):
    """The message is no longer to be used; its documentation names its successor."""


class XmlrpcUnmarshalFailure(ApiError):
    """The request does not have the form that was expected."""

    expected: str
    received: str


class FieldTypeError(ApiError):
    """A value has the wrong type for the field or parameter."""

    field: str


class InvalidValue(ApiError):
    """A value is not one that the field or parameter can have."""

    field: str
    value: str


class ValueNotSupported(ApiError):
    """A value is a valid one, and this pool can't do what it asks for."""

    field: str
    value: str
    reason: str


class MapDuplicateKey(ApiError):
    """The map has that key already: remove it first, or set the whole map."""

    type: str
    param_name: str
    uuid: str
    key: str


class DbUniquenessConstraintViolation(ApiError):
    """Another object has that value in a field whose values must differ."""

    table: str
    field: str
    value: str


class HandleInvalid(ApiError):
    """The reference is not one of an object that is there: it was removed, or never existed."""

    class_: str
    handle: str


class UuidInvalid(ApiError):
    """There is no object of that class with that UUID."""

    type: str
    uuid: str


class ObjectNolongerExists(ApiError):
    """The object was removed meanwhile."""


class OperationNotAllowed(ApiError):
    """The operation is not possible now, for the reason that is given."""

    reason: str


class OperationBlocked(ApiError):
    """Someone has forbidden the operation on this object; see its blocked_operations."""

    ref: str
    code_: str


class OperationPartiallyFailed(ApiError):
    """Some parts of the operation failed, others were done."""

    operation: str


class OtherOperationInProgress(ApiError):
    """Something else is being done to the object: wait for it to end, or cancel it."""

    class_: str
    object: str
    operation_type: str
    operation_ref: str


class TaskCancelled(ApiError):
    """The task was cancelled before it was done."""

    task: str


class TooManyPendingTasks(ApiError):
    """So many tasks run and wait that no other is taken: try again later."""


class TooBusy(ApiError):
    """So much is being done that the request is not taken: try again later."""


class EventsLost(ApiError):
    """Too much has changed since, or the token is of another history: begin anew with an empty token."""


class EventFromTokenParseFailure(ApiError):
    """That is not a token that event.from gave."""

    token: str


class EventSubscriptionParseFailure(ApiError):
    """That is neither `*`, nor a class, nor a class and a reference."""

    subscription: str


class PermissionDenied(ApiError):
    """The caller may not do this."""

    message: str


class LicenceRestriction(ApiError):
    """The licence does not allow this feature."""

    feature: str


class FeatureRestricted(ApiError):
    """The edition of the software does not have this feature."""


class FeatureRequiresHvm(ApiError):
    """Only a guest with hardware virtualization can have this."""

    details: str


class OutOfSpace(ApiError):
    """There is no room left in that place."""

    location: str


class ClientError(ApiError):
    """The request can't be understood."""

    message: str


class IllegalInFipsMode(ApiError):
    """Cryptography that is allowed here can't do this."""


class DeviceAlreadyAttached(ApiError):
    """The device is attached already."""

    device: str


class DeviceAlreadyDetached(ApiError):
    """The device is not attached."""

    device: str


class DeviceAlreadyExists(ApiError):
    """The virtual machine has a device in that position already."""

    device: str


class DeviceAttachTimeout(ApiError):
    """The device did not appear in time."""

    type: str
    ref: str


class DeviceDetachRejected(ApiError):
    """The guest refused to let the device go."""

    type: str
    ref: str
    msg: str


class DeviceDetachTimeout(ApiError):
    """The guest did not let the device go in time."""

    type: str
    ref: str


class DeviceNotAttached(ApiError):
    """The drive is not attached to a running guest."""

    VBD: VBDRef


class InvalidDevice(ApiError):
    """That is not a position in which such a device can be."""

    device: str


class InvalidFeatureString(ApiError):
    """That is not a set of processor features."""

    details: str


class XenapiMissingPlugin(ApiError):
    """The host has no plugin of that name."""

    name: str


class XenapiPluginFailure(ApiError):
    """The plugin failed."""

    status: str
    stdout: str
    stderr: str


class XapiHookFailed(ApiError):
    """A program that is called on such occasions failed."""

    hook_name: str
    reason: str
    stdout: str
    exit_code: str


class ExtensionProtocolFailure(ApiError):
    """An extension did not answer in the form that was expected."""

    answer: str


class NotAllowedOnOemEdition(ApiError):
    """This edition of the software can't do that."""

    command: str


class OnlyAllowedOnOemEdition(ApiError):
    """Only another edition of the software can do that."""

    command: str


class CreaterepoFailed(ApiError):
    """The index of a package repository could not be made."""
