"""Sensors, and the decisions they take."""
