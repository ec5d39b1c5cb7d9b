"""Best practices: rules, the engine that runs them, and reports that CI reads."""
