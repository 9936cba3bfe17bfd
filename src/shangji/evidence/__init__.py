"""What stands behind a declaration: documents, the policy library, citations, duplicates."""
