"""The simulated town: two years of casework by the same deciders on a simulated clock; no real person is in it."""

from services.simulation.run import (
    Simulation,
    SimulationImpossible,
    SimulationReport,
    StoreNotEmpty,
    run_simulation,
    simulate,
)

__all__ = [
    "Simulation",
    "SimulationImpossible",
    "SimulationReport",
    "StoreNotEmpty",
    "run_simulation",
    "simulate",
]
