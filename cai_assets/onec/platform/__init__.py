"""What the platform itself offers to code: global functions and properties, types and members."""
