"""The published classes, a file each; a folder of facets for the three giants VM, host and pool."""
