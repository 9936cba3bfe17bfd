"""Engines that carry out a plan: DuckDB in process, Spark for a province. Same findings, always."""

from shangji.engines.base import Engine, engine

__all__ = ["Engine", "engine"]
