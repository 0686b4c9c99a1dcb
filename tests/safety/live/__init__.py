"""What rows share that attack the running product over HTTP."""
