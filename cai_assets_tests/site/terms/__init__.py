"""Tests of the words of the platform."""
