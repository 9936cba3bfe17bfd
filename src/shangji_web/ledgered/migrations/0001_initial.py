"""The tables of the ledger, as the library declares them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import migrations

from shangji.ledger.database import schema
from shangji_web.ledgered.store import dialect

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def make(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ANN401, ARG001 - Django's
    """Make the tables."""
    for statement in schema(dialect()):
        editor.execute(statement)


class Migration(migrations.Migration):
    """The first and only."""

    dependencies: ClassVar[list[tuple[str, str]]] = []
    operations: ClassVar[list[Any]] = [migrations.RunPython(make, migrations.RunPython.noop)]
