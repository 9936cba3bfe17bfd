"""The policy library: documents that a bureau keeps, by version and article.

What the project ships is an index of facts (`pack.acts`); the texts are the bureau's own, kept in a
folder of its own with their digests.
"""

from __future__ import annotations
