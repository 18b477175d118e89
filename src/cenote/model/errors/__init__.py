"""The published errors, by theme. Each is a class whose annotated fields are the error's parameters, in order."""
