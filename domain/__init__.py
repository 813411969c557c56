"""Pure rules of the accompaniment from first contact to Ausbildung: no clock, no chance, no I/O."""
