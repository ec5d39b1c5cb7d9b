"""The product as in production: real programs as processes on loopback."""
