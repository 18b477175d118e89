"""The edge: HTTP, XML-RPC, JSON-RPC, long polls, consoles, the thin CLI's connections. Asynchronous."""
