"""What came back: submissions, evidence, quarantine, devices."""
