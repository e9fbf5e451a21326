"""Checks of records that a form cannot do by itself: flags for the planner, never refusals.

`profile` says which checks a form's records get, `rules` holds one pure function per check, `facts` gathers what it is
told, `run` compares what was found with what is noted and writes the difference. What each check means to people is in
``docs/checks.md``.
"""
