"""Scalars, images, texts, histograms and hyperparameters of a script or a notebook.

from guild.summary import SummaryWriter

with SummaryWriter(".") as writer:
    writer.add_scalar("loss", 0.5, step=1)
"""

from __future__ import annotations

from guild.adapters.tfevents.summarywriter import SummaryWriter

__all__ = ["SummaryWriter"]
