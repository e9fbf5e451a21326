"""Who may do what: workspaces, roles with verbs, assignments, and the guard that every route passes."""
