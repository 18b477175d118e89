"""A step that could not be done, in the words that a person needs."""


class Failure(Exception):
    """``what`` failed, ``why`` (one or more lines), and the ``advice`` that helps, a line a thing to do."""

    def __init__(self, what: str, why: str, *advice: str) -> None:
        super().__init__(f"{what}: {why}")
        self.what = what
        self.why = why
        self.advice = advice
