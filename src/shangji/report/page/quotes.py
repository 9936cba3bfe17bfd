"""The words of documents on the cards of findings, and pictures of the lines they stand in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shangji import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import duckdb

    from shangji.pack import Pack
    from shangji.quoted import Quote
    from shangji.report.page.packed import Texts

    Place = tuple[str, int, str]
    """A document's digest, the page, the place on it."""

    Pictures = Callable[[Sequence[Place]], Mapping[Place, str]]
    Quoted = Mapping[tuple[str, str], Sequence[tuple[Quote, str]]]
    """By rule and key of a finding: quotes, each with its picture or nothing."""

PICTURES_MOST = 300
"""Pictures of one report: the first by severity; of the others file and page are told."""

FOUND = """
    SELECT rule_id, subject, key, project_code FROM verdict WHERE outcome = 'fail'
    ORDER BY list_position(['veto', 'major', 'minor', 'hint'], severity), rule_id, key
"""


def quoted_findings(
    connection: duckdb.DuckDBPyConnection, pack: Pack, pictures: Pictures | None
) -> Quoted:
    """The quotes of every finding that rests on documents; none where none were read."""
    if not quoted.held(connection):
        return {}
    resting = {
        name
        for name in (*quoted.QUOTED, *pack.relations)
        if name in quoted.QUOTED or quoted.read_facts(pack, name)
    }
    rows = [row for row in connection.execute(FOUND).fetchall() if row[1] in resting]
    found = {
        (rule, key): quoted.quotes(connection, pack, subject, key, project or "")
        for rule, subject, key, project in rows
    }
    every = [one for quotes in found.values() for one in quotes if one.box]
    places = list(dict.fromkeys((one.document, one.page, one.box) for one in every))
    drawn = pictures(places[:PICTURES_MOST]) if pictures and places else {}
    return {
        name: [(one, drawn.get((one.document, one.page, one.box), "")) for one in quotes]
        for name, quotes in found.items()
        if quotes
    }


def shown_quotes(quotes: Sequence[tuple[Quote, str]], texts: Texts) -> list[list[Any]]:
    """Quotes as a card shows them: words, place, how sure, picture."""
    return [
        [texts.free(one.quote), texts.free(one.place), one.confidence, texts.code(picture)]
        for one, picture in quotes
    ]
