"""`python -m shangji` is the command line."""

from shangji.cli import main

main()
