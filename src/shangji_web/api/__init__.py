"""The site's data for other programs of the bureau: read only, under the pages' own rights."""
