"""What the platform measures of itself."""
