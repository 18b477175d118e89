"""Hosts on one machine, each in namespaces of its own: for tests, measurements, and to try things without a trace."""
