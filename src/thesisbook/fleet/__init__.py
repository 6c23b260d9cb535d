"""Many books or values at once: sweeps over grids, here or on a cluster."""
