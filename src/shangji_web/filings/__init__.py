"""What units file: drafts, immutable versions, papers, the self-check."""
