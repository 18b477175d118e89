"""A request that can't be read."""


class Malformed(Exception):
    """The body is no request of the protocol; the text says what was wrong, and where. Answered with HTTP 500."""
