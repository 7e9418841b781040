"""The service: hand in, and see the result live. It knows only the public rooms below it."""
