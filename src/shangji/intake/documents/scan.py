"""Pages that are pictures: found upright, read line by line with how sure each reading is.

The models come inside the package that the `ocr` extra installs; nothing is fetched.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from shangji.intake.documents import seen
from shangji.intake.documents.grid import Stroke, Word, grids
from shangji.intake.documents.model import (
    WHOLE,
    Box,
    DocumentTable,
    Draft,
    Line,
    Page,
    Unread,
)

if TYPE_CHECKING:
    from shangji.intake.documents.model import Limits

INSTALL = "请执行 make review-full；或装好 pip install 'shangji[ocr]'，审核时加 --scans。"
TURNS = (0, 90, 270, 180)
UPRIGHT = 0.75
"""Mean score of a reduced page above which it stands as it should."""

REDUCED = 900
"""Pixels of the longer side of the page on which its orientation is looked for."""

FEW = 12
"""Lines that are enough to tell how a page stands."""

ROW_SHARE = 0.6
STROKE_SHARE = 0.04
TOLERANCE = 6.0
MOST_SKEW = 0.2


class Scanner:
    """Reads pictures of pages; the models are loaded with the first of them."""

    def __init__(self, limits: Limits) -> None:
        """Hold the limits; nothing is loaded yet."""
        self.limits = limits
        self.engine: Any = None

    def page(self, picture: Any, scale: float, number: int, draft: Draft) -> None:  # noqa: ANN401 - an array of numbers
        """Read the picture of a page into the draft; `scale` is its pixels a point."""
        draft.scanned = True
        turned, upright = self._upright(picture)
        found = self._read(upright)
        height, width = upright.shape[:2]
        if not found:
            draft.pages.append(Page(number, "", "unread", turned=turned))
            says = "扫描页上没有认出文字。"
            draft.unread.append(Unread(number, "document-unread", says, "请重新扫描或交文字版。"))
            return
        text, lines = _text(found, number, draft, (width, height), turned)
        words = [Word(one, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2) for box, one, _ in found]
        across, down = _strokes(upright)
        for table in grids(across, down, words, TOLERANCE * max(1.0, scale / 2)):
            draft.tables.append(DocumentTable(number, table.rows, table.merged))
        draft.characters += len(text)
        draft.pages.append(Page(number, text, "ocr", tuple(lines), turned))

    def picture(self, data: bytes, number: int, draft: Draft) -> None:
        """Read a picture file as a page of the draft."""
        from PIL import Image, UnidentifiedImageError

        says = ""
        try:
            with Image.open(io.BytesIO(data)) as image:
                if image.width * image.height > self.limits.pixels:
                    says = f"图片有 {image.width}×{image.height} 像素，超过上限，没有读。"
                else:
                    self.page(_grey(image), 200 / 72, number, draft)
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError):
            says = "图片已损坏，或不是图片。"
        except Image.DecompressionBombError:
            says = "图片像素过多，超过上限，没有读。"
        if says:
            draft.unread.append(
                Unread(number, "document-unread", says, "请重新拍照或扫描（每页 200 dpi）。")
            )

    def _upright(self, picture: Any) -> tuple[int, Any]:  # noqa: ANN401 - arrays of numbers
        """The picture turned so that it can be read, and by how much it was turned.

        A reduced page is read in each way until one is read well; the best of them is taken.
        """
        import numpy as np

        step = max(1, max(picture.shape[:2]) // REDUCED)
        small = picture[::step, ::step]
        if step > 1:
            small = _reduced(picture, step)
        best = (-1.0, 0)
        for turn in TURNS:
            score = self._score(np.ascontiguousarray(np.rot90(small, -(turn // 90))))
            if score > best[0]:
                best = (score, turn)
            if score >= UPRIGHT:
                break
        return best[1], np.ascontiguousarray(np.rot90(picture, -(best[1] // 90)))

    def _score(self, picture: Any) -> float:  # noqa: ANN401 - an array of numbers
        """How well some lines of a picture can be read: wide boxes that give sure characters."""
        boxes = self._boxes(picture)
        wide = [box for box in boxes if box[2] - box[0] > (box[3] - box[1]) * 2]
        if not wide or len(wide) * 2 < len(boxes):
            return 0.0
        wide.sort(key=lambda box: box[0] - box[2])
        scores = []
        for left, top, right, bottom in wide[:FEW]:
            piece = picture[max(0, top) : bottom, max(0, left) : right]
            if piece.size:
                read = self._engine()(_three(piece), use_det=False, use_cls=False, use_rec=True)
                scores += list(read.scores or ())
        return float(sum(scores) / len(scores)) if scores else 0.0

    def _boxes(self, picture: Any) -> list[Box]:  # noqa: ANN401 - an array of numbers
        found = self._engine()(_three(picture), use_det=True, use_cls=False, use_rec=False)
        return [_box(points) for points in (found.boxes if found.boxes is not None else ())]

    def _read(self, picture: Any) -> list[tuple[Box, str, int]]:  # noqa: ANN401 - an array of numbers
        """Every line found: place in pixels, text, sureness in hundredths; none is dropped."""
        # An earlier call's options hold on unless they are told again.
        read = self._engine()(
            _three(picture), use_det=True, use_cls=False, use_rec=True, text_score=0.0
        )
        if read.boxes is None or read.txts is None or read.scores is None:
            return []
        return [
            (_box(points), str(text), int(score * 100))
            for points, text, score in zip(read.boxes, read.txts, read.scores, strict=True)
            if str(text).strip()
        ]

    def _engine(self) -> Any:  # noqa: ANN401 - rapidocr has no types
        if self.engine is None:
            from rapidocr import RapidOCR

            self.engine = RapidOCR(
                params={
                    "Global.text_score": 0.0,
                    "Global.use_cls": False,
                    "Global.log_level": "critical",
                    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
                }
            )
        return self.engine


def installed() -> bool:
    """Whether what reads scanned pages is there."""
    from importlib.util import find_spec

    return all(find_spec(name) for name in ("rapidocr", "onnxruntime", "PIL", "numpy"))


def _grey(image: Any) -> Any:  # noqa: ANN401 - an image to an array of numbers
    import numpy as np
    from PIL import ImageOps

    return np.asarray(ImageOps.exif_transpose(image).convert("L"))


def _reduced(picture: Any, step: int) -> Any:  # noqa: ANN401 - arrays of numbers
    import cv2

    height, width = picture.shape[:2]
    return cv2.resize(picture, (width // step, height // step), interpolation=cv2.INTER_AREA)


def _three(picture: Any) -> Any:  # noqa: ANN401 - arrays of numbers
    import numpy as np

    if picture.ndim == 3:  # noqa: PLR2004 - rows, columns, colours
        picture = picture[:, :, 0]
    return np.repeat(picture[:, :, None], 3, axis=2)


def _box(points: Any) -> Box:  # noqa: ANN401 - four corners
    xs, ys = [float(x) for x, _ in points], [float(y) for _, y in points]
    return int(min(xs)), int(min(ys)), int(max(xs)), int(max(ys))


def _text(
    found: list[tuple[Box, str, int]],
    number: int,
    draft: Draft,
    size: tuple[int, int],
    turned: int,
) -> tuple[str, list[Line]]:
    """The lines from the top, those of one height as one text line, apart by tabs."""
    pieces: list[str] = []
    lines: list[Line] = []
    start = 0
    for row in _rows(found):
        text = ""
        for at, (box, raw, sure) in enumerate(row):
            piece = seen.one_line(seen.shown(raw, number, draft.hidden))
            if at:
                text += "\t"
            lines.append(
                Line(
                    start + len(text),
                    start + len(text) + len(piece),
                    _turned_back(_whole(box, size), turned),
                    sure,
                )
            )
            text += piece
        pieces.append(text)
        start += len(text) + 1
    return seen.joined(pieces), lines


def _rows(found: list[tuple[Box, str, int]]) -> list[list[tuple[Box, str, int]]]:
    rows: list[list[tuple[Box, str, int]]] = []
    for one in sorted(found, key=lambda each: (each[0][1] + each[0][3], each[0][0])):
        box = one[0]
        middle = (box[1] + box[3]) / 2
        last = rows[-1][-1][0] if rows else None
        if last and abs(middle - (last[1] + last[3]) / 2) < ROW_SHARE * min(
            box[3] - box[1], last[3] - last[1]
        ):
            rows[-1].append(one)
        else:
            rows.append([one])
    return [sorted(row, key=lambda each: each[0][0]) for row in rows]


def _whole(box: Box, size: tuple[int, int]) -> Box:
    width, height = size
    made = (
        box[0] * WHOLE // width,
        box[1] * WHOLE // height,
        box[2] * WHOLE // width,
        box[3] * WHOLE // height,
    )
    left, top, right, bottom = (max(0, min(WHOLE, value)) for value in made)
    return left, top, right, bottom


def _turned_back(box: Box, turned: int) -> Box:
    """A place on the upright page as a place on the page as it lies in the file.

    Turning clockwise by 90° sends (x, y) to (WHOLE − y, x); this is its undoing.
    """
    for _ in range(turned // 90):
        left, top, right, bottom = box
        box = (top, WHOLE - right, bottom, WHOLE - left)
    return box


def _strokes(picture: Any) -> tuple[list[Stroke], list[Stroke]]:  # noqa: ANN401 - an array of numbers
    """The ruled lines of a picture: long dark runs, either way."""
    import cv2

    grey = picture[:, :, 0] if picture.ndim == 3 else picture  # noqa: PLR2004 - as above
    ink = cv2.adaptiveThreshold(
        255 - grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, 15, -10
    )
    height, width = ink.shape
    across: list[Stroke] = []
    down: list[Stroke] = []
    for shape, held, flat in (
        ((max(10, int(width * STROKE_SHARE)), 1), across, True),
        ((1, max(10, int(height * STROKE_SHARE / 2))), down, False),
    ):
        kernel = cv2.getStructuringElement(cv2.MORPH_RECT, shape)
        runs = cv2.dilate(cv2.erode(ink, kernel), kernel)
        _, _, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
        for left, top, wide, high, _ in stats[1:]:
            if flat and high <= wide * MOST_SKEW:
                held.append(Stroke(top + high / 2, left, left + wide))
            elif not flat and wide <= high * MOST_SKEW:
                held.append(Stroke(left + wide / 2, top, top + high))
    return across, down
