"""Asset functions, one file per step of the product."""
