"""The law as data: rules with validity and source in tables, facts of a case, and the dates that follow from both."""
