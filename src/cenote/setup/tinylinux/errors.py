"""What a failed build says."""


class BuildError(Exception):
    """The image could not be built: ``what`` failed and why, and the ``advice`` that helps."""

    def __init__(self, what: str, advice: str) -> None:
        super().__init__(f"the tiny Linux could not be built: {what}. What to do: {advice}.")
        self.what = what
        self.advice = advice
