"""The site of Shangji: declare, check, submit, review, answer, decide. It never judges."""
