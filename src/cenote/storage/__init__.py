"""Keeping disks: the contract of a repository ("SR") and a driver file per type."""
