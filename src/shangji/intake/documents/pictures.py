"""A strip of a page as a picture: the lines that were quoted, and a little around them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from shangji.intake.documents.model import WHOLE
from shangji.intake.documents.reading import PICTURES, kind_of

if TYPE_CHECKING:
    from shangji.intake.documents.model import Box, Limits

BYTES_MOST = 20_000
WIDTHS = (900, 700, 500)
ACROSS, ALONG = 250, 90
"""Room around the quoted lines, in ten-thousandths of the page."""

GREYS = 16
QUALITY = 45
HIGHEST = 6
"""A strip is at most so many times narrower than it is high."""


def picture(data: bytes, name: str, page: int, box: Box, limits: Limits) -> tuple[str, bytes]:
    """The quoted lines of a page: kind of picture and its bytes; nothing where none can be made.

    Args:
        data: the document.
        name: its name.
        page: the page, from 1.
        box: the place of the lines.
        limits: as for reading.
    """
    kind = kind_of(name, data)
    if kind == "pdf":
        whole = _pdf(data, page)
    elif kind in PICTURES.values() and page == 1:
        whole = _image(data, limits)
    else:
        return "", b""
    width, height = whole.size
    left = max(0, box[0] - ACROSS) * width // WHOLE
    right = min(WHOLE, box[2] + ACROSS) * width // WHOLE
    top = max(0, box[1] - ALONG) * height // WHOLE
    bottom = min(WHOLE, box[3] + ALONG) * height // WHOLE
    if right - left < 2 or bottom - top < 2 or bottom - top > HIGHEST * (right - left):  # noqa: PLR2004 - nothing to see
        return "", b""
    return _small(whole.crop((left, top, right, bottom)))


def _pdf(data: bytes, page: int) -> Any:  # noqa: ANN401 - an image
    import pypdfium2

    shown = pypdfium2.PdfDocument(data)[page - 1]
    width, height = shown.get_size()
    scale = min(150 / 72, (8_000_000 / max(1.0, width * height)) ** 0.5)
    return shown.render(scale=scale, grayscale=True).to_pil().convert("L")


def _image(data: bytes, limits: Limits) -> Any:  # noqa: ANN401 - an image
    from PIL import Image, ImageOps

    image = Image.open(io.BytesIO(data))
    if image.width * image.height > limits.pixels:
        return Image.new("L", (1, 1))
    return ImageOps.exif_transpose(image).convert("L")


def _small(strip: Any) -> tuple[str, bytes]:  # noqa: ANN401 - an image
    """The strip in the kind and width in which it is small enough, or nothing."""
    for width in WIDTHS:
        if strip.width > width:
            strip = strip.resize((width, max(1, strip.height * width // strip.width)))
        held = io.BytesIO()
        strip.quantize(GREYS).save(held, "PNG", optimize=True)
        found = [("png", held.getvalue())]
        held = io.BytesIO()
        strip.save(held, "JPEG", quality=QUALITY)
        found.append(("jpeg", held.getvalue()))
        kind, data = min(found, key=lambda one: len(one[1]))
        if len(data) <= BYTES_MOST:
            return kind, data
    return "", b""
