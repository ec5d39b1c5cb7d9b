"""The parts of an object's page: each has its own inputs, view, templates."""
