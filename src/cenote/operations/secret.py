"""Secrets and users: objects that only have values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cenote.model.classes.secret import secret
from cenote.model.classes.user import user
from cenote.model.core import Ref
from cenote.operations.context import Context
from cenote.operations.records import assignments
from cenote.operations.registry import creates, destroys


@creates(secret)
def create_secret(context: Context, values: Mapping[str, Any]) -> Ref[secret]:
    """Keep a secret; others name it by reference."""
    return context.write(lambda draft: draft.create(secret, *assignments(secret, values)))


@destroys(secret)
def destroy_secret(context: Context, ref: Ref[secret]) -> None:
    """Forget a secret."""
    context.write(lambda draft: draft.delete(secret, ref))


@creates(user)
def create_user(context: Context, values: Mapping[str, Any]) -> Ref[user]:
    """Add a user's record; who may log in is PAM's business, not this record's."""
    return context.write(lambda draft: draft.create(user, *assignments(user, values)))


@destroys(user)
def destroy_user(context: Context, ref: Ref[user]) -> None:
    """Remove a user's record."""
    context.write(lambda draft: draft.delete(user, ref))
