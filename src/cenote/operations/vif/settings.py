"""The network interface's setters; a plugged one keeps what it has until it is plugged anew."""

from __future__ import annotations

from cenote.model.classes.VIF import VIF
from cenote.operations.plain import sets

sets(VIF.set_locking_mode, VIF.locking_mode)
sets(VIF.set_ipv4_allowed, VIF.ipv4_allowed)
sets(VIF.set_ipv6_allowed, VIF.ipv6_allowed)
