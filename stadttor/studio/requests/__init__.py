"""Change requests in the browser: at the desk of who asks, and of the publisher who answers."""
