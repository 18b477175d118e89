"""Running guests: what a hypervisor promises, and the drivers that keep the promise."""
