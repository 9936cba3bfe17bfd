"""The ledger in the site's database."""
