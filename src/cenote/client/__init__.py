"""A small typed XenAPI client, and the codec of the thin-CLI protocol. Imports nothing by itself."""
