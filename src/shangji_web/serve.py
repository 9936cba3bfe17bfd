"""`shangji serve`: the site and its worker, with the sample county where there is nothing yet."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shangji.cli.chinese import ChineseCommand, ChineseGroup
from shangji.errors import Problem, Refused, Where
from shangji_web import place

if TYPE_CHECKING:
    from collections.abc import Iterator

SAMPLE = Path("samples/county")
LOCK = "serve.lock"
WORKERS, THREADS = 2, 4
"""Two processes use the two cores of a bureau's machine; one alone would use one."""
GRACE_SECONDS = 10
LOCAL = {"127.0.0.1", "localhost", "::1"}


@click.command(
    cls=ChineseCommand, help="启动网站（含后台任务）；第一次启动装入样例县，并印出登录名。"
)
@click.option("--host", default="127.0.0.1", show_default=True, metavar="地址", help="监听地址。")
@click.option("--port", default=8000, show_default=True, metavar="端口", help="监听端口。")
@click.option(
    "--sample",
    type=Path,
    default=SAMPLE,
    show_default=True,
    metavar="文件夹",
    help="还没有数据时装入的样例文件夹。",
)
@click.option("--empty", is_flag=True, help="不装样例，从空白开始。")
def serve(host: str, port: int, sample: Path, *, empty: bool) -> None:
    """Start the site."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangji_web.settings")
    if host not in LOCAL:
        names = os.environ.get("SHANGJI_HOSTS", "")
        if not names:
            says = "监听本机以外的地址，要先说明网站的域名或地址。"
            fix = f"请设 SHANGJI_HOSTS={host},网站域名 再启动；正式使用请在前面加 HTTPS。"
            raise Refused([Problem("site-hosts", Where(), says, fix, value=host)])
    with _alone():
        begun = prepare(None if empty else sample)
        parts = ("-m", "shangji_web.manage", "work", "--parent", str(os.getpid()))
        worker = subprocess.Popen([sys.executable, *parts])  # noqa: S603 - our own words
        try:
            for line in greeting(host, port, begun=begun):
                click.echo(line)
            _serve(host, port)
        finally:
            worker.send_signal(signal.SIGTERM)
            try:
                worker.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                worker.kill()


@click.group(cls=ChineseGroup, help="网站的备份、恢复与检查。")
def site() -> None:
    """Group of the operator's commands."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangji_web.settings")


@site.command(
    "backup", cls=ChineseCommand, help="把数据库、附件、评审结果、规则包和密钥备份成一个文件。"
)
@click.argument("archive", type=Path, metavar="文件")
def backup_site(archive: Path) -> None:
    """Write a backup."""
    from shangji_web.backups import backup

    count = backup(archive)
    size = archive.stat().st_size / (1 << 20)
    click.echo(
        f"已备份 {count} 个文件到 {archive}（{size:.1f} MB）。里面有密钥，请像保管服务器一样保管。"
    )
    _tell_sealed()


@site.command(
    "restore", cls=ChineseCommand, help="把备份恢复到一个空的数据文件夹（SHANGJI_HOME）。"
)
@click.argument("archive", type=Path, metavar="文件")
def restore_site(archive: Path) -> None:
    """Restore a backup."""
    from shangji_web.backups import restore

    count = restore(archive)
    click.echo(f"已恢复 {count} 个文件到 {place.home()}。用 shangji serve 启动。")
    _tell_sealed()


def _tell_sealed() -> None:
    """Say that the keys of sealed documents are in no backup, and whether they are here."""
    from shangji_web.documents import KEYS, shut

    sealed, lost = shut()
    if sealed:
        click.echo(f"其中 {sealed} 个附件是加密的，钥匙不在备份里，请另存一份钥匙文件。")
    if lost:
        click.echo(f"注意：有 {lost} 个附件的钥匙不在这里，打不开。请放回钥匙文件，并设 {KEYS}。")


@site.command(
    "seal", cls=ChineseCommand, help="用现用的钥匙加密全部附件；换钥匙之后再执行一次，即为轮换。"
)
@click.option(
    "--new-key",
    "key_file",
    type=Path,
    metavar="钥匙文件",
    help="先生成一把新钥匙，放在这个文件最上面；旧的仍留着，用来打开以前加密的。",
)
def seal_site(key_file: Path | None) -> None:
    """Seal every document with the current key."""
    from shangji_web import documents

    if key_file is not None:
        documents.new_key(key_file)
        os.environ[documents.KEYS] = str(key_file.absolute())
        click.echo(f"新钥匙已写入 {key_file}。请设 {documents.KEYS} 指向它，另存一份在别的介质上。")
    changed, every = documents.reseal()
    click.echo(f"{every} 个附件，新加密 {changed} 个，都已用现用的钥匙。旧钥匙可以移出了。")


@contextmanager
def _alone() -> Iterator[None]:
    """One site a folder: two would give one ledger two sequencers."""
    place.home().mkdir(parents=True, exist_ok=True, mode=0o700)
    with (place.home() / LOCK).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            says = "这个数据文件夹的网站已经在运行。"
            fix = "请直接打开它的地址；要另开一个，请用 SHANGJI_HOME 换一个数据文件夹。"
            raise Refused([Problem("site-runs", Where(str(place.home())), says, fix)]) from error
        yield


def prepare(sample: Path | None) -> bool:
    """Bring the database up to date, and fill an empty one with the sample; whether it was filled.

    Raises:
        Refused: the sample cannot be read, or the database cannot be reached.
    """
    import django

    django.setup()
    from django.core.management import call_command

    from shangji_web.backups import before_upgrade
    from shangji_web.seasons.models import Season

    before_upgrade()
    call_command("migrate", verbosity=0)
    place.folder("static")
    if Season.objects.exists() or sample is None or not (sample / "data").is_dir():
        return False
    from shangji_web.jobs.services import enqueue
    from shangji_web.seasons.demo import begin

    click.echo("第一次启动：读入样例县（虚构数据），约十几秒 …")
    season = begin(sample)
    enqueue("review", {"season": season.pk}, key=str(season.pk))
    return True


def greeting(host: str, port: int, *, begun: bool) -> Iterator[str]:
    """The address, and the log-ins of the sample where it is the sample."""
    from shangji_web.people.models import Person
    from shangji_web.seasons.demo import PASSWORD_FILE

    yield f"上计·零基预算评审  网站已启动：http://{host}:{port}/"
    yield f"数据在 {place.home()}；按 Ctrl-C 停下。"
    known = place.home() / PASSWORD_FILE
    if known.is_file():
        yield ""
        yield f"样例县的登录名（口令都是 {known.read_text('ascii').strip()}）："
        for person in Person.objects.prefetch_related("posts").order_by("pk"):
            posts = "、".join(map(str, person.posts.all()))
            yield f"  {person.login:<16}{person.name}　{posts}"
        yield ""
        yield "样例数据和这些登录名只供试用；正式使用请另建数据文件夹（见 docs/guide）。"
    if begun:
        yield "正在后台评审样例县的全部项目，约一分钟后各页出现疑点和等级。"


def _serve(host: str, port: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        "shangji_web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=THREADS,
        websockets=False,
        log_enabled=False,
    ).serve()


def wait_for(url: str, seconds: float) -> bool:
    """Whether the site answers within so many seconds; for tests and the operator's scripts."""
    from http.client import HTTPConnection
    from urllib.parse import urlsplit

    told = urlsplit(url)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        connection = HTTPConnection(told.hostname or "", told.port, timeout=5)
        try:
            connection.request("GET", "/health/")
            if connection.getresponse().status < 500:  # noqa: PLR2004 - it answers
                return True
        except OSError:
            time.sleep(0.2)
        finally:
            connection.close()
    return False
