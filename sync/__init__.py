"""What came back: submissions, evidence, quarantine, devices."""

from sync import problems

__all__ = ["problems"]
