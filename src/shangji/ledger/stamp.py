"""A checkpoint on paper: three lines and the same as a QR code, on every printed opinion.

Whoever keeps the paper can later prove that history was rewritten: the three lines are what
`verify --held` reads.
"""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

from shangji.errors import Problem, Refused, Where

if TYPE_CHECKING:
    from shangji.ledger.note import Checkpoint

QUIET = 4
"""Light modules around a QR code, as its standard wants."""


def lines(checkpoint: Checkpoint) -> list[str]:
    """The words beside the code."""
    root = base64.b64encode(checkpoint.root).decode()
    return [f"存证账本：{checkpoint.origin}", f"记录条数：{checkpoint.size}", f"根：{root}"]


def qr_path(checkpoint: Checkpoint) -> tuple[int, str]:
    """The signed text of a checkpoint as a QR code: modules a side, and the path of the dark."""
    matrix = _matrix(checkpoint)
    dark = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, on in enumerate(row) if on
    )
    return len(matrix), dark


def qr_svg(checkpoint: Checkpoint) -> str:
    """The same as an SVG of its own."""
    side, dark = qr_path(checkpoint)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" '
        f'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path d="{dark}"/></svg>\n'
    )


def qr_png(checkpoint: Checkpoint, module: int = 4) -> bytes:
    """The same as a picture for a workbook: so many points a module."""
    from PIL import Image

    matrix = _matrix(checkpoint)
    side = len(matrix)
    picture = Image.new("1", (side, side))
    picture.putdata([not on for row in matrix for on in row])
    kept = io.BytesIO()
    picture.resize((side * module, side * module), Image.Resampling.NEAREST).save(kept, "PNG")
    return kept.getvalue()


def _matrix(checkpoint: Checkpoint) -> list[list[bool]]:
    try:
        import qrcode
    except ImportError as error:
        says = "二维码需要 qrcode 组件，这台机器上没有安装。"
        fix = "请执行 pip install --require-hashes -r requirements/proof.txt（或 shangji[proof]）。"
        raise Refused([Problem("ledger-library", Where(), says, fix)]) from error
    code = qrcode.QRCode(border=QUIET)
    code.add_data(checkpoint.text)
    code.make(fit=True)
    made: list[list[bool]] = code.get_matrix()
    return made
