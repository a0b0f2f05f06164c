"""Hypothesis without deadlines: decisions are bounded by work, and machines differ."""

from hypothesis import settings

settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")
