"""Tests of the parts of an object's page."""
