"""The nightly clean-up: what nobody needs any more, so that the disk use stays bounded."""
