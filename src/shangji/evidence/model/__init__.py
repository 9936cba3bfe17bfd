"""A model reads documents beside the patterns, where a bureau has set one up; off otherwise.

A model may do one thing: add rows of `model_reading`. It picks from closed lists a fact or a doubt
and points to words of the page; not a word of its own is kept. Amounts are read out of those words
by our code. No table, no column besides is written, and a pack in which anything but a hint on
trial reads that table is refused when it is loaded: so no score, gate, finding, amount or approval
can rest on what a model said.
"""

from __future__ import annotations

SERVER, MODEL = "SHANGJI_MODEL_URL", "SHANGJI_MODEL"
KEY, ALLOWED = "SHANGJI_MODEL_KEY", "SHANGJI_MODEL_ALLOW"
"""Settings: address up to /v1, the model's name, its key, further hosts that may be spoken to."""

NO_CONCLUSION = "AI 未能给出有效结论，转人工"
