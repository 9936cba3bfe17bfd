"""How far judges agree, and whether a scoring card tells projects apart."""

from shangji.score.agreement import Agreement, Restricted, alpha, covered, kappa

__all__ = ["Agreement", "Restricted", "alpha", "covered", "kappa"]
