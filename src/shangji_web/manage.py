"""Django's own commands for operators: `python -m shangji_web.manage check --deploy`."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run a command of Django's."""
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangji_web.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
