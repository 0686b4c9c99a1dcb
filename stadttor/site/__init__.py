"""The composition root: settings, URLs, middleware, errors, and who listens to which event."""
