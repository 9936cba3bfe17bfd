"""Pages of the bureau's review."""
