"""Tables, the statements on them, and the streams. ``metadata`` describes what the migrations make; a test compares the two."""

from __future__ import annotations

from sqlalchemy import MetaData

metadata = MetaData()
