"""What lasts: the table of exports, the files, and how a workbook is written."""

from sqlalchemy import MetaData

metadata = MetaData()
