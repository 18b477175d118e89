"""Cenote: server virtualization that speaks XenServer's API, on any stock Linux."""

__version__ = "0.1.0"
