"""Long work on one lease table."""
