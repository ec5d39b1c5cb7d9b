"""The five models, a module each; `learning.catalogue` lists them."""
