"""What is done to the network interfaces of virtual machines."""
