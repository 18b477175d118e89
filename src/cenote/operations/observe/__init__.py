"""The observer: the one writer of what VMs and their devices are really doing on this host."""
