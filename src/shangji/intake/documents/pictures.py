"""A page as a picture, whole or the strip that was quoted; drawn in the reading process."""

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
SHOWN_WIDTH, SHOWN_PIXELS = 1300, 30_000_000
"""A page on a screen: so wide, and no more pixels in all."""

FRAME, LINE = 40, 3
SHOWN_ALONG, SHOWN_ACROSS = 1100, 900
RED = (166, 58, 50)
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


def shown_page(
    data: bytes, name: str, page: int, box: Box | None, limits: Limits, *, whole: bool
) -> bytes:
    """A page for a screen as PNG, a box drawn in red; nothing where there is no such page.

    Args:
        data: the document.
        name: its name.
        page: the page, from 1.
        box: the place to be boxed, or None.
        limits: as for reading.
        whole: the whole page, else the lines around the box.
    """
    from PIL import ImageDraw

    kind = kind_of(name, data)
    if kind == "pdf":
        drawn = _shown_pdf(data, page)
    elif kind in PICTURES.values() and page == 1:
        drawn = _shown_image(data, limits)
    else:
        return b""
    if drawn is None:
        return b""
    width, height = drawn.size
    if box is not None:
        frame = (
            max(0, (box[0] - FRAME) * width // WHOLE),
            max(0, (box[1] - FRAME) * height // WHOLE),
            min(width - 1, (box[2] + FRAME) * width // WHOLE),
            min(height - 1, (box[3] + FRAME) * height // WHOLE),
        )
        ImageDraw.Draw(drawn).rectangle(frame, outline=RED, width=LINE)
        if not whole:
            drawn = _around(drawn, box)
    held = io.BytesIO()
    drawn.save(held, "PNG")
    return held.getvalue()


def _shown_pdf(data: bytes, page: int) -> Any:  # noqa: ANN401 - an image
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    if not 1 <= page <= len(document):
        return None
    shown = document[page - 1]
    width, height = shown.get_size()
    scale = min(SHOWN_WIDTH / width, (SHOWN_PIXELS / max(1.0, width * height)) ** 0.5)
    return shown.render(scale=scale).to_pil().convert("RGB")


def _shown_image(data: bytes, limits: Limits) -> Any:  # noqa: ANN401 - an image
    from PIL import Image, ImageOps

    image = Image.open(io.BytesIO(data))
    if image.width * image.height > limits.pixels:
        return None
    made = ImageOps.exif_transpose(image).convert("RGB")
    made.thumbnail((SHOWN_WIDTH, SHOWN_WIDTH * 4))
    return made


def _around(drawn: Any, box: Box) -> Any:  # noqa: ANN401 - an image
    """The lines around a box: the text's width of the page, some lines above and below."""
    width, height = drawn.size
    top = max(0, (box[1] - SHOWN_ALONG) * height // WHOLE)
    bottom = min(height, (box[3] + SHOWN_ALONG) * height // WHOLE)
    left = min(SHOWN_ACROSS, max(0, box[0] - FRAME * 2)) * width // WHOLE
    right = max(WHOLE - SHOWN_ACROSS, min(WHOLE, box[2] + FRAME * 2)) * width // WHOLE
    return drawn.crop((left, top, right, bottom))


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
