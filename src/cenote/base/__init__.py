"""The ground: clock, commands, undo, logging; knows nothing of virtual machines."""
