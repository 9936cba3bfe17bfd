"""Forms that units fill in: each field in words, and the workbook made from a declaration.

`fields` serves the workbook and a page of the site alike.
"""

from shangji.forms.fields import Choice, Field, fields, label
from shangji.forms.template import Prefilled, write_template

__all__ = ["Choice", "Field", "Prefilled", "fields", "label", "write_template"]
