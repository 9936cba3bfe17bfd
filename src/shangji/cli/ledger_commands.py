"""`shangji ledger`: keep a log of decisions, sign it, prove entries of it, verify it."""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from shangji.cli.chinese import ChineseGroup
from shangji.cli.ledger_files import (
    public_keys,
    put,
    read_bytes,
    read_entries,
    read_text,
    root_text,
    span,
    there,
)
from shangji.errors import Problem, Refused, Where

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shangji.ledger.keys import PublicKey
    from shangji.ledger.note import Checkpoint

LOG, KEY = "存证账本.sqlite", "存证密钥"
MAGIC = b"SQLite format 3"

of_log = click.option("--log", default=LOG, show_default=True, metavar="文件", help="账本文件。")
of_public = click.option(
    "--key", "keys", multiple=True, metavar="文件", help="账本和见证方的公钥，可重复。"
)
to_out = click.option("--out", metavar="文件", help="写到文件；缺省写到屏幕。")


@click.group(cls=ChineseGroup, help="存证账本：记账、签署检查点、出具凭证、核验。")
def ledger() -> None:
    """Group of the commands on the ledger."""


@ledger.command(name="key", help="生成一对密钥：私钥只有本人可读，公钥（.pub）拿去公示。")
@click.argument("path", metavar="文件", default=KEY)
@click.option(
    "--name",
    required=True,
    metavar="名称",
    help="账本或见证方的名称，如 czj.example.gov.cn/ledger。",
)
@click.option("--witness", is_flag=True, help="给见证方用。")
def make_key(path: str, name: str, *, witness: bool) -> None:
    """Make a pair of keys."""
    from shangji.ledger import keys

    made = keys.generate(name, keys.WITNESS if witness else keys.LOG)
    public = keys.save(made, Path(path))
    click.echo(f"私钥：{path}（妥善保管，不要复制到别处）")
    click.echo(f"公钥：{public}")
    click.echo(f"  {made.public}")


@ledger.command(help="记账：读一行一条的 JSON，全部记入，或者一条也不记。")
@click.argument("file", metavar="文件|-")
@of_log
@click.option(
    "--hash",
    "hash_name",
    type=click.Choice(["sha256", "sm3"]),
    metavar="算法",
    help="新建账本用的散列算法：sha256（缺省）或 sm3。",
)
@click.option("--digest-key", metavar="文件", help="把 person 换成密钥摘要用的密钥；没有就新建。")
def append(file: str, log: str, hash_name: str | None, digest_key: str | None) -> None:
    """Append entries."""
    from shangji.ledger import Ledger, SQLiteStore

    data = sys.stdin.buffer.read() if file == "-" else read_bytes(file)
    entries = list(read_entries(data, file, digest_key))
    if not entries:
        fix = "每行写一个 JSON 对象。"
        raise Refused([Problem("ledger-entry", Where(file=file), "没有一条记录。", fix)])
    with SQLiteStore(Path(log), hash_name) as store:
        book = Ledger(store)
        before = book.size
        numbers = book.append(entries)
        again = sum(number < before for number in numbers)
        click.echo(f"已记入 {len(set(numbers)) - again} 条，账本共 {book.size} 条。")
        if again:
            click.echo(f"其中 {again} 条以前已经记过，编号不变，没有重记。")
        click.echo(f"编号：{span(numbers)}")
        click.echo(f"根：{root_text(book.root())}")


@ledger.command(help="签署检查点：账本此刻有多少条、根是什么。请公示，并发给见证方。")
@of_log
@click.option("--key", default=KEY, show_default=True, metavar="文件", help="账本的私钥。")
@to_out
@click.option("--qr", metavar="文件", help="另写一张二维码（SVG），印在意见书上。")
def checkpoint(log: str, key: str, out: str | None, qr: str | None) -> None:
    """Sign a checkpoint."""
    from shangji.ledger import Ledger, SQLiteStore, keys, stamp

    signer = keys.load(Path(key))
    there(log)
    with SQLiteStore(Path(log)) as store:
        signed = Ledger(store).checkpoint(signer)
    put(str(signed.checkpoint), out)
    if qr:
        put(stamp.qr_svg(signed.checkpoint), qr)
    for problem in signed.problems:
        click.echo(f"！{problem}", err=True)


@ledger.command(help="出具凭证：第几号记录在账本里，和（或）自某个检查点以来只增未改。")
@click.argument("index", type=int, required=False, metavar="[编号]")
@of_log
@of_public
@click.option("--since", metavar="检查点", help="证明自这个检查点以来只增未改。")
@to_out
@click.option(
    "--with-verifier",
    "verifier",
    metavar="文件夹",
    help="把离线核验程序 verify.py 也放进这个文件夹。",
)
def prove(index: int | None, log: str, verifier: str | None, **options: Any) -> None:  # noqa: ANN401 - click passes what is declared above
    """Make a bundle."""
    from shangji.ledger import Ledger, SQLiteStore, bundle, note, offline

    if index is None and not options["since"]:
        raise click.UsageError("请给出记录编号，或用 --since 给出较早的检查点。")
    known = public_keys(options["keys"] or (f"{KEY}.pub",))
    since = options["since"]
    with SQLiteStore(Path(log), readonly=True) as store:
        notes = store.checkpoints()
        latest = note.parse(notes[-1][1], log) if notes else None
        if latest is None or not 0 <= (index or 0) < max(latest.size, 1):
            says = (
                f"第 {index or 0} 号记录不在最近的检查点（{latest.size if latest else 0} 条）里。"
            )
            fix = "请核对编号；新记的要先执行 shangji ledger checkpoint。"
            raise Refused([Problem("ledger-proof", Where(file=log), says, fix)])
        older = note.parse(read_text(since), since) if since else None
        if older and older.size > latest.size:
            says = f"这个检查点有 {older.size} 条，比账本最近的检查点还多。"
            fix = "账本可能丢了记录，请用 shangji ledger verify --held 核验。"
            raise Refused([Problem("ledger-proof", Where(file=since), says, fix)])
        text = bundle.make(Ledger(store), latest, known, index=index, since=older)
    bundle.check(text, known, file=log)  # what would be refused is not handed out
    put(text, options["out"])
    if verifier:
        Path(verifier).mkdir(parents=True, exist_ok=True)
        place = Path(shutil.copyfile(offline.__file__, Path(verifier) / "verify.py"))
        click.echo(f"离线核验程序：{place}（用法：python3 verify.py 凭证 --key 公钥）", err=True)


@ledger.command(help="核验账本、凭证或检查点。公钥要从公示等可靠途径取得。")
@click.argument("target", metavar="账本|凭证|检查点")
@of_public
@click.option(
    "--witness", "witnesses", multiple=True, metavar="文件", help="必须在场的见证方公钥。"
)
@click.option("--held", multiple=True, metavar="检查点", help="手中以前留存的检查点，可重复。")
def verify(target: str, keys: Sequence[str], witnesses: Sequence[str], held: Sequence[str]) -> None:
    """Verify a log, a bundle or a checkpoint."""
    from shangji.ledger import note

    known, wanted = public_keys(keys), public_keys(witnesses)
    kept = [note.head(read_text(place), place) for place in held]
    if not Path(target).is_file():
        fix = "请核对路径。"
        raise Refused([Problem("ledger-missing", Where(file=target), "没有这个文件。", fix)])
    with Path(target).open("rb") as file:
        begins = file.read(len(MAGIC))
    if begins == MAGIC or Path(target).suffix in {".sqlite", ".db"}:
        _verify_log(target, [*known, *wanted], kept)
    elif begins.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{":
        _verify_bundle(target, known, wanted, kept)
    else:
        _verify_note(target, known, wanted, kept)
    if not known:
        says = "没有用 --key 给出公钥：内容自洽，但不能判断是谁签的。"
        fix = "公钥请从公示、公文等可靠途径取得。"
        raise Refused([Problem("ledger-key", Where(file=target), says, fix)])
    click.echo("结论：核验通过。")


@ledger.command(help="见证：核对账本自上次见证以来只增未改，然后签名。由审计等外部单位执行。")
@click.argument("file", metavar="凭证|检查点")
@click.option("--key", default=KEY, show_default=True, metavar="文件", help="见证方的私钥。")
@click.option("--log-key", required=True, metavar="文件", help="账本的公钥。")
@click.option(
    "--seen",
    required=True,
    metavar="文件",
    help="上次见证的检查点；没有就是第一次。见证后写入新的。",
)
def cosign(file: str, key: str, log_key: str, seen: str) -> None:
    """Sign a checkpoint as a witness."""
    from shangji.ledger import bundle, keys, note
    from shangji.ledger.hashing import hash_named

    signer, known = keys.load(Path(key)), public_keys([log_key])
    text = read_text(file)
    before = note.parse(read_text(seen), seen) if Path(seen).exists() else None
    if text.lstrip().startswith("{"):
        proved = bundle.check(text, known, file=file)
    else:
        proved = bundle.Proved(note.parse(text, file), [])
    fresh, since, path = proved.checkpoint, proved.since, proved.path
    if before and before.text == fresh.text:
        since, path = before, ()
    if before and not (since and since.text == before.text):
        says = f"没有证明它是从上次见证的检查点（{before.size} 条）接着长出来的。"
        fix = "请账本方用 shangji ledger prove --since 出具凭证。"
        raise Refused([Problem("ledger-proof", Where(file=file), says, fix)])
    made = note.cosign(
        fresh,
        signer,
        int(time.time()),
        known=known,
        hashed=hash_named(proved.hash_name),
        seen=before,
        path=path,
    )
    put(str(made), seen)
    click.echo(str(made), nl=False)


@ledger.command(help="把见证方签过的检查点收进账本。")
@click.argument("file", metavar="检查点")
@of_log
@of_public
def witnessed(file: str, log: str, keys: Sequence[str]) -> None:
    """Take in the signatures of witnesses."""
    from shangji.ledger import Ledger, SQLiteStore, note

    there(log)
    with SQLiteStore(Path(log)) as store:
        known = public_keys(keys or (f"{KEY}.pub",))
        made = Ledger(store).witnessed(note.parse(read_text(file), file), known)
    click.echo(f"{made.size} 条处的检查点现有 {len(made.lines)} 个签名。")


def _verify_log(target: str, known: Sequence[PublicKey], held: Sequence[Checkpoint]) -> None:
    from shangji.ledger import SQLiteStore
    from shangji.ledger.audit import audit
    from shangji.ledger.head import beside

    begun = time.monotonic()
    with SQLiteStore(Path(target), readonly=True) as store:
        found = audit(store, known, held)
        hash_name = store.hash_name
    if found.problems:
        raise Refused(found.problems)
    took = time.monotonic() - begun
    click.echo(f"账本：{found.size} 条，检查点 {found.checkpoints} 个，{hash_name}，{took:.1f} 秒")
    click.echo(f"根：{root_text(found.root)}")
    click.echo("✓ 每条记录、每个节点都重算过，与账本和检查点一致")
    if known and found.checkpoints:
        click.echo("✓ 每个检查点都有所给公钥的账本签名")
    for note in held:
        click.echo(f"✓ 接着手中留存的检查点（{note.size} 条）")
    if not found.checkpoints:
        click.echo("！还没有签过检查点：谁都可以重写整个账本。")
    if not beside(Path(target)).exists():
        click.echo("！没有随带 .head 文件：末尾的记录是否丢失，只能用 --held 核对。")


def _verify_bundle(
    target: str,
    known: Sequence[PublicKey],
    witnesses: Sequence[PublicKey],
    held: Sequence[Checkpoint],
) -> None:
    from shangji.ledger import KINDS, bundle, keys

    proved = bundle.check(read_text(target), known, witnesses, target)
    if proved.entry is not None:
        entry = proved.entry
        click.echo(f"记录：第 {proved.index} 号 · {KINDS.get(entry.kind, entry.kind)}")
        click.echo(f"  时间：{entry.when:%Y-%m-%d %H:%M:%S}（世界时）　经办：{entry.who}")
        click.echo(f"✓ 这条记录在账本的前 {proved.checkpoint.size} 条之中，一字未改")
    if proved.since is not None:
        click.echo(f"✓ 自第 {proved.since.size} 条的检查点以来，账本只增未改")
    _kept(target, proved.notes, held)
    for key in proved.signed if known else ():
        click.echo(f"✓ {keys.KINDS[key.kind]}签名：{key.name}")


def _verify_note(
    target: str,
    known: Sequence[PublicKey],
    witnesses: Sequence[PublicKey],
    held: Sequence[Checkpoint],
) -> None:
    from shangji.ledger import keys, note

    found = note.parse(read_text(target), target)
    click.echo(f"账本：{found.origin}　{found.size} 条　根 {root_text(found.root)}")
    _kept(target, [found], held)
    for key in note.verify(found, known, witnesses, target) if known else ():
        click.echo(f"✓ {keys.KINDS[key.kind]}签名：{key.name}")


def _kept(target: str, notes: Sequence[Checkpoint], held: Sequence[Checkpoint]) -> None:
    for old in held:
        if old.text not in [note.text for note in notes]:
            says = f"手中的检查点（{old.size} 条）与所核的都不同，不能证明历史没有改写。"
            fix = "请账本方用 shangji ledger prove --since 出具凭证。"
            raise Refused([Problem("ledger-proof", Where(file=target), says, fix)])
        click.echo(f"✓ 与手中留存的检查点（{old.size} 条）相同")
