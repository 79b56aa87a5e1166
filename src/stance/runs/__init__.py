"""A run of scoring that can be killed at any moment and gone on with: what it read, what it wrote, and what is next.

Articles are scored in blocks, counted from the first article, and after each block (or part of a Parquet table) the
journal beside the output says how much has been read and how far the output is safe. A run that goes on cuts off what
lies behind that, reads past the articles that are done, and scores the same blocks that an uninterrupted run would
have: so the bytes are the same too, for what shares a batch with an article can touch the last digits of its scores.
"""

from stance.runs.journal import Journal, RunState, listing_of, open_journal
from stance.runs.run import Observer, Run, Scored, blocks, limited

__all__ = ["Journal", "Observer", "Run", "RunState", "Scored", "blocks", "limited", "listing_of", "open_journal"]
