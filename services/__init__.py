"""What people and machines call: settings, the parts put together, command line, API, worker, projector, simulation."""
