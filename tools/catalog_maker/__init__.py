"""The makers of the catalogue's parts; tools/make_catalog.py runs them."""
