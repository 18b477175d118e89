"""Joining wires: the contract of bridges and a driver file per kind."""
