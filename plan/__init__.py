"""Who owes what: fiscal years, groups, officers, projects, indicators, schools, orders and the calendar."""
