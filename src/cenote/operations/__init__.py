"""How each message is done: a file per verb, each a procedure that reads like a runbook."""
