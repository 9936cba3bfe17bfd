"""How far judges agree: experts of a panel, reviewers among themselves, people and the system."""

from shangji.score.agreement import Agreement, Restricted, alpha, covered, kappa

__all__ = ["Agreement", "Restricted", "alpha", "covered", "kappa"]
