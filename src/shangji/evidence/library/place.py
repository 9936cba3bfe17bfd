"""Where a bureau keeps its library unless it says otherwise; read at every start: no more here."""

from __future__ import annotations

FOLDER = "政策法规库"
"""Where a bureau keeps its texts unless it says otherwise, beside where the command is given."""

SETTING = "SHANGJI_LIBRARY"
