"""Tests of the ML dataset."""
