"""阳光执法: 行政执法公示、全过程记录、重大执法决定法制审核 on one platform.  The tour is ARCHITECTURE.md."""

__version__ = "0.1.0"
