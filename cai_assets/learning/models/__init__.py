"""The five models, a module each. Every listing of models goes over `MODELS`."""
