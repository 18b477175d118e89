"""What exists: classes, fields, messages, enums, errors and roles, declared without bodies.

Imports with the standard library alone, so that ``xe`` starts fast and the reference builds anywhere.
"""
