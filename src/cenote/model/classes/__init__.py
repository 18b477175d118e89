"""The classes of the API, a file each; a folder of facets for VM, host and pool.

Importing any of them seals the whole model.
"""

from cenote.model import sealed as sealed
