"""`seed`: set up a budget year from a sample or from a bureau's own files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand

from shangji_web.seasons.demo import begin

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """The command."""

    help = "从样例文件夹（data、pack、library、attachments、site.yaml）建立一个年度。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the folder, and whether to review at once."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--review", action="store_true", help="建好后马上评审一次")

    def handle(self, *_: Any, **options: Any) -> None:  # noqa: ANN401 - Django's
        """Do it."""
        season = begin(options["folder"])
        self.stdout.write(f"已建立 {season}：{season.projects.count()} 个项目。")
        if options["review"]:
            from shangji_web.reviews.services import review_pool

            run = review_pool(season)
            self.stdout.write(
                f"已评审：{run.projects_count} 个项目，{run.findings.count()} 条结论。"
            )
