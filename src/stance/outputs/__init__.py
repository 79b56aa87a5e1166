"""Where results go: JSON lines, CSV of sources, Parquet tables; each can be continued after a run that broke off."""

from stance.outputs.targets import FORMATS, Target
from stance.outputs.writers import Writer, open_errors, open_writer

__all__ = ["FORMATS", "Target", "Writer", "open_errors", "open_writer"]
