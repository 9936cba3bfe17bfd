"""Import: files into the library, each taken, known already, or refused by name."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from shangji import digest
from shangji.errors import Problem, Where
from shangji.evidence.library.facts import facts
from shangji.evidence.library.kept import MANIFEST, keep, opened
from shangji.evidence.library.placing import kind_of, level_of, place_of, rank_of, region_of
from shangji.evidence.library.policy import Policy, same_number
from shangji.evidence.library.reading import find, read_each
from shangji.evidence.library.text import passages
from shangji.evidence.library.versions import settled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from shangji.evidence.library.kept import Kept, Library
    from shangji.evidence.library.reading import Given
    from shangji.evidence.library.text import Passage, Text

ID_DIGITS = 16
YES = {"是", "1", "true", "yes", "y"}


@dataclass
class Imported:
    """What became of the files of an import: their sum is all that were there."""

    files: int = 0
    taken: list[Policy] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)
    noted: list[Problem] = field(default_factory=list)

    @property
    def ties(self) -> bool:
        """Whether every file is accounted for."""
        named = {str(one.where) for one in self.refused}
        return self.files == len(self.taken) + len(self.known) + len(named)


def import_folders(folders: Sequence[Path], library: Path, regions: Mapping[str, str]) -> Imported:
    """Take the documents of folders into the library at a folder, beside what it holds.

    A file of the same content is known already; its facts are read anew, so that a catalogue
    corrects them.

    Args:
        folders: folders or files; a CSV with a column 文件 is a catalogue of them.
        library: the bureau's folder, made where it is not there.
        regions: code of a region by its name.
    """
    given, problems = find(folders)
    done = Imported(files=len(given))
    for problem in problems:
        (done.noted if problem.code == "library-doubtful" else done.refused).append(problem)
    done.files += len(done.refused)
    held = _held(library)
    originals: dict[str, Path] = {}
    new: list[str] = []
    for one, text, refusal in read_each(given):
        if text is None:
            done.refused += [refusal] if refusal else []
            continue
        policy, _, split = _kept(one, text, regions)
        known = held.get(policy.policy_id)
        if known:
            done.known.append(one.name)
            policy = _known(policy, known[0], one)
        else:
            new.append(policy.policy_id)
            originals[policy.document_sha256] = one.path
        held[policy.policy_id] = (policy, text, split)
    final = {one.policy_id: one for one in settled([kept[0] for kept in held.values()])}
    if held:
        keep(library, [(final[key], *held[key][1:]) for key in sorted(held)], originals)
    done.taken = [final[key] for key in new]
    done.noted += _doubtful(final)
    return done


def _held(library: Path) -> dict[str, Kept]:
    """What the library holds already."""
    if not (library / MANIFEST).is_file():
        return {}
    before = opened(library)
    return {
        one.policy_id: (one, before.text(one.policy_id), before.passages(one.policy_id))
        for one in before.policies
    }


def _known(policy: Policy, before: Policy, given: Given) -> Policy:
    """The same words again: the file first kept stays; facts change where a catalogue says so."""
    if not given.row:
        return before
    kept = ("file_name", "document_sha256", "size_bytes")
    return replace(policy, **{name: getattr(before, name) for name in kept})


def _kept(given: Given, text: Text, regions: Mapping[str, str]) -> Kept:
    split = passages(text)
    file = (digest.of_file(given.path), given.path.stat().st_size)
    return policy_of(given, text, split, regions, file), text, split


def policy_of(
    given: Given,
    text: Text,
    split: Sequence[Passage],
    regions: Mapping[str, str],
    file: tuple[str, int],
) -> Policy:
    """A text's policy as its own words and its catalogue leave it; `file` is digest and size."""
    found = facts(given, text, split)
    level = level_of(found.issuer, found.title)
    place = place_of(found.issuer, found.title)
    rank = rank_of(found.issuer, found.title, found.doc_no, level)
    words = hashlib.sha256(text.words.encode()).hexdigest()
    return Policy(
        policy_id=words[:ID_DIGITS],
        title=found.title,
        doc_no=found.doc_no,
        issuer=found.issuer,
        issuer_level=level,
        rank=rank,
        kind=kind_of(found.title, found.issuer, rank, level),
        place=place,
        region=given.row.get("region") or region_of(place, regions),
        issued_on=found.issued_on,
        effective_from=found.effective_from,
        effective_to=found.effective_to,
        own_end=found.effective_to,
        told_by=given.row.get("repealed_by", ""),
        state="draft" if found.draft else "in_force",
        repealed_by="",
        numbering_complete=given.row.get("numbering_complete", "").lower() in YES,
        document_sha256=file[0],
        text_sha256=words,
        file_name=given.name,
        size_bytes=file[1],
        source_url=given.row.get("source_url", ""),
        repeals=found.repeals,
        notes=(*found.notes, *text.unread),
    )


def _doubtful(policies: Mapping[str, Policy]) -> list[Problem]:
    """Documents of one number and different words: which is right, a person says."""
    found: dict[str, list[Policy]] = {}
    for one in policies.values():
        if number := same_number(one.doc_no):
            found.setdefault(number, []).append(one)
    made = []
    for doubled in found.values():
        titles = {one.title for one in doubled}
        if len(titles) > 1:
            names = "；".join(sorted(one.file_name for one in doubled))
            says = f"同一文号有 {len(titles)} 个不同的标题：{'、'.join(sorted(titles))}。"
            fix = "请核对文号，改正后重新导入。"
            where = Where(names)
            made.append(Problem("library-doubtful", where, says, fix, value=doubled[0].doc_no))
    return made


def open_texts(folder: Path, regions: Mapping[str, str], scratch: Path) -> Library:
    """Open a library, or read a folder of texts as one that lasts as long as the scratch folder.

    Raises:
        Refused: the folder is not there, or holds nothing that could be read.
    """
    if (folder / MANIFEST).is_file():
        return opened(folder)
    if folder.is_dir():
        done = import_folders([folder], scratch, regions)
        if done.taken:
            return opened(scratch)
    return opened(folder)
