"""Who backs a claim in a pile of news, and who disputes it."""

from stance.pipeline import StancePipeline
from stance.records import ArticleResult, Document, Stance, Verdict

__all__ = ["ArticleResult", "Document", "Stance", "StancePipeline", "Verdict"]
