"""What came back, summed up: per project, group, school and quarter, always with the way back to the records."""
